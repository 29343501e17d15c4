"""What a run is measured by: tables (declared once), KPIs over them, the search for personal data."""
