"""What is said in letters: subjects, greetings, requests, reports, invitations and ends, as one grammar."""

from cutaway.corpus.phrasing.grammar import Grammar

LETTERS = Grammar("""
subject =
    {thing} for {project}
    {event} on {day}
    question_n about the {thing}
    the {thing} from {town}
    {project} : {event} in {town}
    your {thing}
    missing_a {thing}
    plans_ns for {event}
    bill_n for the {thing}
    {event} in the {room}
    news_n from {town}
    broken_a {thing}
    change_n of date_n : {event}
    {project} and the {thing}
greeting =
    dear_a {to}
    hello {to}
    hi {to}
    good_a morning_n {to}
    {to}
formal =
    dear_a {to_full}
    to {to_full}
open =
    ^ thank_v you for the news_n about {event} .
    ^ {I} hope_vb this finds_vz {you} well_a .
    ^ it was good_a to_t see_v {you} in {town} .
    ^ {I} am writing_vg about the {thing} .
    ^ this is a short_a note_n about {project} .
    ^ {I} have just_r come_vn back_r from {town} .
    ^ sorry_a for the late_a answer_n .
    ^ {other} asked_vd {me} to_t write_v to {you} .
    ^ {you} asked_vd about the {thing} .
    ^ as promised_vn , here are the details_ns of {event} .
    ^ {I} was glad_a to_t hear_v from {you} yesterday_r .
    ^ {you} may remember_v {other} , our neighbour_n from {town} .
    ^ first_r some good_a news_n : {event} takes_vz place_n after all .
request =
    ^ could {you} send_v {me} the {thing} by {day} ?
    ^ would {you} please ask_v {other} about the {thing} ?
    ^ please bring_v the {thing} to the {room} on {day} .
    ^ please tell_v {other} that {event} is on {day} .
    ^ can {you} find_v out_r whether the {thing} is still in {town} ?
    ^ {I} need_vb {n} copies_ns of the {thing} before {day} .
    ^ please sign_v the {thing} and send_v it back_r to {me} .
    ^ may {I} borrow_v {your} {thing} for {event} ?
    ^ do {you} know_v who has the key_n to the {room} ?
    ^ let_v {me} know_v if {day} suits_vz {you} .
    ^ please check_v the numbers_ns again : {I} get_vb {n} and not {n2} .
    ^ please keep_v the {room} free_a on {day} .
    ^ perhaps_r {you} could print_v the {thing} and hang_v it in the {room} .
    ^ please pay_v {company} {n} coins_ns for the {thing} .
    ^ translate_v the {thing} if {you} can , or find_v someone who will .
report =
    ^ the {thing} arrived_vd from {town} this morning_n .
    ^ {other} has finished_vn the {thing} for {project} .
    ^ we have {n} people_ns for {event} so_r far_r .
    ^ the {thing} cost_vd {n} coins_ns , {n2} more_a than last_a year_n .
    ^ the {thing} was not in the {room} , so {other} is looking_vg for it .
    ^ {project} is {n} days_ns late_a .
    ^ {other} will be away_r until {day} .
    ^ {company} has sent_vn us the wrong_a {thing} .
    ^ nothing has changed_vn since {day} .
    ^ {I} spoke_vd to {other} , and {he} agreed_vd to_t pay_v for the {thing} .
    ^ {event} went_vd well_r , although {other} lost_vd {his} {thing} .
    ^ the roof_n of the {room} leaks_vz when it rains_vz .
    ^ {other} told_vd {me} that {company} wants_vz to_t buy_v the {thing} .
    ^ our train_n to {town} leaves_vz at {time} .
    ^ the people_ns of {company} liked_vd the {thing} very_r much_r .
    ^ a storm_n damaged_vd the {room} , and {project} must wait_v .
    ^ the committee_n read_vd the {thing} and asked_vd {n} questions_ns .
    ^ {other} painted_vd the {room} blue_a without permission_n .
    ^ somebody_u stole_vd the {thing} during lunch_n .
    ^ customers_ns in {town} complain_vb about delays_ns and dirty_a windows_ns .
invite =
    ^ {event} will be in the {room} on {day} at {time} .
    ^ we would like_v to_t see_v {you} at {event} on {day} .
    ^ {other} and {I} are giving_vg a dinner_n in {town} on {day} .
    ^ come_v to the {room} at {time} and bring_v {other} .
    ^ there will be food_n and music_n , and {other} will speak_v about {project} .
    ^ if {you} cannot_x come_v , tell_v {other} before {day} .
    ^ {you} are invited_vn to {event} in {town} .
    ^ it begins_vz at {time} and ends_vz when the last_a guest_n goes_vz .
    ^ {other} will meet_v {you} at the station_n in {town} .
    ^ wear_v something_u warm_a , because the {room} has no heating_n .
    ^ tickets_ns cost_vb {n} coins_ns , children_ns pay_vb half .
    ^ please reply_v by {day} so that_k {company} can order_v enough_d chairs_ns .
because =
    ^ without it {project} cannot_x go_v on_r .
    ^ {other} needs_vz it for {project} .
    ^ {company} has asked_vn for it twice .
    ^ otherwise_r we lose_vb the {room} .
    ^ {other} is already waiting_vg in {town} .
    ^ this is more_r important_a than {project} .
    ^ that_u would save_v us {n} coins_ns .
    ^ it is the only_a one we have .
    ^ last_a time_n a mistake_n like that_u ruined_vd {project} .
    ^ the mayor_n expects_vz an answer_n by {day} .
agree =
    ^ yes , {day} is fine_a .
    ^ of course_n .
    ^ {I} shall be there at {time} .
    ^ {I} am afraid_a {day} is impossible_a , but the day_n after is free_a .
    ^ the {thing} is in {town} , as {I} thought_vd .
    ^ {other} has it .
    ^ {I} sent_vd it on {day} .
    ^ gladly_r .
    ^ {I} do not know_v , but {other} will .
    ^ no , the {thing} belongs_vz to {other} .
    ^ {I} have asked_vn {other} , and {he} said_vd yes .
    ^ you_u will have the {thing} on {day} .
    ^ unfortunately_r {I} must stay_v in {town} with a broken_a leg_n .
    ^ what a lovely_a idea_n !
end =
    ^ thank_v {you} for {your} help_n .
    ^ {I} look_vb forward_r to {event} .
    ^ until {day} !
    ^ write_v to {me} if anything_u is unclear_a .
    ^ give_v {my} love_n to {other} .
    ^ see_v {you} on {day} .
    ^ have a good_a week_n .
    ^ tell_v {me} what {you} think_vb .
    ^ call_v {me} whenever_k {you} like_vb .
    ^ greetings_ns to everyone in {town} .
sign =
    best_a wishes_ns
    kind_a regards_ns
    yours
    with thanks_ns
    all the best_n
    sincerely_r
    see_v {you} soon
    warm_a regards_ns
wrote =
    on {date} {author} wrote_vd
    {author} wrote_vd
    {author} wrote_vd on {date}
postscript =
    the {thing} is attached_vn .
    {other} sends_vz greetings_ns .
    do not forget_v the {thing} .
    the {room} is locked_vn , ask_v {other} .
event =
    the meeting_n
    the summer_n party_n
    the spring_n concert_n
    the board_n meeting_n
    the opening_n
    the workshop_n
    the yearly_a dinner_n
    the farewell_n
    the tasting_n
    the rehearsal_n
    the auction_n
    the hearing_n
project =
    the bridge_n project_n
    the new_a garden_n
    the archive_n
    the move_n
    the river_n survey_n
    the school_n play_n
    the town_n map_n
    the harvest_n
    the repair_n
    the exhibition_n
    the railway_n study_n
""")
