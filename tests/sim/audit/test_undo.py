"""Books that are rolled back hold what they held, and hold it again when the change is done again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.audit.undo import Book, Kept, Tally, Total, Undo


class Shop(Book):
    sold = Total()

    def __init__(self, undo: Undo | None = None) -> None:
        super().__init__(undo)
        self.stock: Tally[str] = Tally(self.undo)
        self.names: Kept[int, str] = Kept(self.undo)


ACT = st.one_of(
    st.tuples(st.just("stock"), st.sampled_from("abc"), st.integers(-3, 3)),
    st.tuples(st.just("name"), st.integers(0, 3), st.sampled_from("xy")),
    st.tuples(st.just("forget"), st.integers(0, 3), st.just("")),
)


def content(shop: Shop) -> tuple[dict[str, int], dict[int, str], int]:
    return dict(shop.stock), dict(shop.names), shop.sold


def act(shop: Shop, acts: list[tuple[str, object, object]]) -> None:
    for kind, key, value in acts:
        if kind == "stock":
            shop.stock[key] += value  # type: ignore[index, operator]
            shop.sold += 1
        elif kind == "name":
            shop.names[key] = value  # type: ignore[index, assignment]
        elif key in shop.names:
            del shop.names[key]  # type: ignore[arg-type]


@given(blocks=st.lists(st.lists(ACT, max_size=5), max_size=6), back=st.integers(0, 6))
def test_blocks_are_taken_back_and_done_again(
    blocks: list[list[tuple[str, object, object]]], back: int
) -> None:
    shop = Shop()
    states, changes = [content(shop)], []
    for acts in blocks:
        act(shop, acts)
        states.append(content(shop))
        changes.append(shop.undo.take())
    down = len(blocks) - min(back, len(blocks))
    for place in range(len(blocks) - 1, down - 1, -1):
        changes[place] = shop.undo.swap(changes[place])
        assert content(shop) == states[place]
    for place in range(down, len(blocks)):
        changes[place] = shop.undo.swap(changes[place])
        assert content(shop) == states[place + 1]
    assert shop.undo.take() == []


def test_what_is_not_counted_is_zero_and_leaves_no_trace() -> None:
    shop = Shop()
    assert shop.stock["a"] == shop.sold == 0
    assert (dict(shop.stock), shop.undo.take()) == ({}, [])
