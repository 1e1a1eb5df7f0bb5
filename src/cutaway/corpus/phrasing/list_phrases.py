"""Titles, tasks, steps of cooking and notes: the phrases of lists."""

from cutaway.corpus.phrasing.grammar import Grammar

LIST_PHRASES = Grammar("""
shopping =
    shopping_n list_n
    to buy_v on {day}
    for {who}
    from the market_n in {town}
    we need_vb
tasks =
    to do_v
    things_ns to do_v on {day}
    jobs_ns for {who}
    before {day}
    this week_n
task =
    call_v {other} about the {thing}
    buy_v a new_a {thing}
    clean_v the {place}
    mend_v the {thing} in the {place}
    give_v the {thing} back_r to {other}
    write_v to {other}
    look_v for the {thing} in the {place}
    pay_v for the {thing}
    ask_v {other} where the {thing} is
    meet_v {other} at the {place}
    sell_v the old_a {thing}
    paint_v the {place}
    take_v the {thing} to the {place}
    lock_v the {place}
    thank_v {other} for the {thing}
    measure_v the {place}
    find_v {a thing} for {other}
done =
    done_a
    half done_a
    late_a
    urgent_a
    waiting_vg for {other}
recipe =
    {one} soup_n
    {one} and {two} pie_n
    baked_a {ones}
    {two} with {one}
    salad_n of {ones} and {twos}
    {one} stew_n from {town}
    how_k to cook_v {ones}
serves =
    serves_vz {n}
    for {n}
    enough_d for {n}
first_step =
    ^ wash_v and cut_v the {x} .
    ^ chop_v the {x} .
    ^ boil_v the {x} for {n} minutes_ns .
    ^ fry_v the {x} in a pan_n .
    ^ put_v the {x} in a bowl_n .
    ^ peel_v the {x} with a sharp_a knife_n .
next_step =
    ^ add_v the {x} and stir_v well_r .
    ^ then mix_v the {x} with the {y} .
    ^ pour_v the {x} over the {y} .
    ^ cook_v the {x} and the {y} for {n} minutes_ns .
    ^ slice_v the {x} over the {y} .
    ^ now stir_v in_r the {x} .
    ^ after {n} minutes_ns add_v the {x} to the {y} .
    ^ crush_v the {x} and set_v aside_r .
last_step =
    ^ serve_v hot_a .
    ^ let_v it cool_v for {n} minutes_ns .
    ^ bake_v everything for {n} minutes_ns .
    ^ serve_v at once with the rest_n of the {y} .
    ^ taste_v it before you serve_vb it .
ingredients =
    ingredients_ns
    you need_vb
    take_v
steps =
    steps_ns
    method_n
    how it is done_vn
packing =
    to pack_v for {town}
    packing_vg list_n
    what {who} takes_vz to {town}
    luggage_n for {n} days_ns
    stock_n of the house_n
    what is in the cellar_n
ranking =
    the best_a {many} of {year}
    {many} by weight_n
    the oldest_a {many} in {town}
    top_a {n} {many}
    {many} that {who} likes_vz most_r
    prices_ns of {many}
nested =
    plan_n of the {place}
    all that {who} owns_vz
    contents_ns
    catalogue_n
    an inventory_n for {day}
note =
    for {who}
    with care_n
    if there is any
    the cheap_a kind_n
    from {town}
    not too many_d
    only the best_a
closing =
    ^ that_u is all .
    ^ the {thing} can wait_v until {day} .
    ^ ask_v {who} if anything_u is missing_a .
    ^ nothing else_r .
    ^ {who} has the {thing} already .
profile =
    about the {thing}
    card_n of the {thing}
    record_n {n}
    data_ns of the {thing}
""")
