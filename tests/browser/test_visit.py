"""When a visited page stands still: everything it has asked its server for has begun, and what began has ended."""

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.visit import Talk


def asks() -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = "focus_product=Vellocity"
    return message.SerializeToString()


def begins() -> bytes:
    message = ForwardMsg()
    message.new_session.SetInParent()
    return message.SerializeToString()


def ends(how: "ForwardMsg.ScriptFinishedStatus.ValueType" = ForwardMsg.FINISHED_SUCCESSFULLY) -> bytes:
    return ForwardMsg(script_finished=how).SerializeToString()


def test_a_page_that_was_clicked_stands_still_once_its_run_has_begun_and_ended() -> None:
    talk = Talk()
    assert talk.is_over
    talk.said(asks())
    assert not talk.is_over, "a busy server has not begun: the page looks as it did before the click"
    talk.heard(begins())
    assert not talk.is_over
    talk.heard(ends())
    assert talk.is_over


def test_a_run_that_ends_for_another_and_a_question_during_a_run_leave_one_to_wait_for() -> None:
    talk = Talk()
    talk.said(asks())
    talk.heard(begins())
    talk.said(asks())
    talk.heard(ends(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))
    assert not talk.is_over, "the second question is still open"
    talk.heard(begins())
    talk.heard(ends(ForwardMsg.FINISHED_EARLY_FOR_RERUN))
    assert not talk.is_over
    talk.heard(begins())
    talk.heard(ends(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))
    assert talk.is_over


def test_what_is_no_question_asks_nothing() -> None:
    talk = Talk()
    message = BackMsg()
    message.app_heartbeat = True
    talk.said(message.SerializeToString())
    talk.said("words")
    talk.heard("words")
    assert talk.is_over
