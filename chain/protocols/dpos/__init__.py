"""Parts of MediBloc's delegated proof of stake: accounts, election, rewards, points."""
