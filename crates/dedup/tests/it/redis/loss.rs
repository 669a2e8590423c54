//! A server that restarts, with what it had and without.

use predispatch_dedup::{
    Fact, KeyMaker, SettleError, Store, Unknown, Verdict, store::redis::RedisStore,
};

use super::{at, reserve, server::Server, server_claim, verdict};

#[test]
fn a_restart_forgets_nothing_that_was_written_down() {
    let Some(mut server) = Server::start(&["--appendonly", "yes", "--appendfsync", "always"])
    else {
        return;
    };
    let store = server.store("p");
    let sent = reserve(&store, 1, 0).into_receipt().unwrap();
    assert_eq!(store.commit(&[sent], at(0)), [Ok(())]);
    let held = reserve(&store, 2, 0).into_receipt().unwrap();
    server.kill();
    assert_eq!(verdict(&reserve(&store, 1, 1)), Verdict::Unknown(Unknown::Unreachable));
    assert_eq!(store.commit(&[held], at(1)), [Err(SettleError::Unreachable)]);
    server.restart();
    assert!(matches!(verdict(&reserve(&store, 1, 2)), Verdict::Duplicate { .. }));
    assert_eq!(verdict(&reserve(&store, 2, 2)), Verdict::InFlight);
    assert_eq!(verdict(&reserve(&store, 3, 2)), Verdict::First);
}

/// A process that was never there begins the lost partitions anew: who was there notices all the same.
#[test]
fn a_loss_is_noticed_though_a_new_process_comes_first() {
    let Some((server, store)) = sent_and_lost() else { return };
    let new = server.store("p");
    // Every partition.
    let claims: Vec<_> = (1_000..3_000).map(server_claim).collect();
    assert!(new.reserve(&claims, at(4)).iter().all(|outcome| outcome.receipt().is_some()));
    assert_eq!(verdict(&reserve(&store, 1, 5)), Verdict::Unknown(Unknown::TooOld));
    // And so does the new one, from then on.
    assert_eq!(verdict(&reserve(&new, 1, 6)), Verdict::Unknown(Unknown::TooOld));
    let mut later = server_claim(1);
    later.event_time = at(7);
    assert_eq!(verdict(&new.reserve(&[later], at(7))[0]), Verdict::First);
    assert_eq!(verdict(&store.reserve(&[later], at(7))[0]), Verdict::InFlight);
}

/// The partition of an order is lost, those of its ids are not.
#[test]
fn a_lost_order_is_not_taken_for_a_new_one() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("p");
    let fact = KeyMaker::new([7; 16]).fact("shop", "purchase", Fact::Order("A-1"));
    let sent = store.reserve(&[server_claim(1).with_fact(fact)], at(0)).remove(0);
    assert_eq!(store.commit(&[sent.into_receipt().unwrap()], at(1)), [Ok(())]);
    assert_eq!(server.command(&["EVAL", LOSE_PARTITIONS_WITH_FACTS, "0"]), ":2");
    let again = store.reserve(&[server_claim(2).with_fact(fact)], at(2)).remove(0);
    assert_eq!(verdict(&again), Verdict::Unknown(Unknown::TooOld));
    assert!(again.receipt().is_none());
}

/// The partition of an order can't be written, those of its ids can: the commit is not done before
/// both know of it.
#[test]
fn a_commit_without_its_order_is_asked_for_again() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("p");
    let fact = KeyMaker::new([7; 16]).fact("shop", "purchase", Fact::Order("A-1"));
    // The id's own part was settled by then.
    for (id, is_sent, then) in
        [(1, false, SettleError::Forgotten), (2, true, SettleError::Superseded)]
    {
        let held = store.reserve(&[server_claim(id).with_fact(fact)], at(0)).remove(0);
        let receipt = [held.into_receipt().expect("granted")];
        let settle = |now| match is_sent {
            true => store.commit(&receipt, at(now)),
            false => store.release(&receipt, at(now)),
        };
        assert_eq!(server.command(&["EVAL", HIDE_FACTS, "0"]), ":1");
        assert_eq!(settle(1), [Err(SettleError::Unreachable)]);
        assert_eq!(server.command(&["EVAL", SHOW_FACTS, "0"]), ":1");
        assert_eq!(settle(2), [Err(then)]);
    }
    let again = store.reserve(&[server_claim(3).with_fact(fact)], at(3)).remove(0);
    assert!(matches!(verdict(&again), Verdict::Rotated { .. }), "{:?}", verdict(&again));
}

/// Something that is no hash stands where a fact's stood.
const HIDE_FACTS: &str = "local n = 0
for _, key in ipairs(redis.call('KEYS', '*f[0-2]')) do
  redis.call('RENAME', key, key .. 'hidden')
  redis.call('SET', key, '')
  n = n + 1
end
return n";

const SHOW_FACTS: &str = "local n = 0
for _, key in ipairs(redis.call('KEYS', '*f[0-2]hidden')) do
  redis.call('RENAME', key, string.sub(key, 1, -7))
  n = n + 1
end
return n";

/// A fact's hash ends in `f` and the number of its bucket; there are three.
const LOSE_PARTITIONS_WITH_FACTS: &str = "local n = 0
for _, key in ipairs(redis.call('KEYS', '*f[0-2]')) do
  n = n + redis.call('DEL', key, string.match(key, '^{.*}') .. 'm')
end
return n";

/// A server that lost everything: what happened before is not taken for new.
#[test]
fn a_loss_of_everything_is_noticed() {
    let Some((server, store)) = sent_and_lost() else { return };
    assert_eq!(verdict(&reserve(&store, 1, 5)), Verdict::Unknown(Unknown::TooOld));
    let mut new = server_claim(1);
    new.event_time = at(6);
    assert_eq!(verdict(&store.reserve(&[new], at(7))[0]), Verdict::First);
    // Another process learns it from the server.
    let other = server.store("p");
    assert_eq!(verdict(&reserve(&other, 1, 8)), Verdict::InFlight);
    let mut of_partition = other.reserve(&[server_claim(1), server_claim(1)], at(70));
    assert_eq!(verdict(&of_partition.remove(0)), Verdict::Unknown(Unknown::TooOld));
}

/// Event 1 was sent at 0, and then the server lost everything.
fn sent_and_lost() -> Option<(Server, RedisStore)> {
    let mut server = Server::start(&[])?;
    let store = server.store("p");
    let sent = reserve(&store, 1, 0).into_receipt().unwrap();
    assert_eq!(store.commit(&[sent], at(0)), [Ok(())]);
    server.kill();
    server.restart();
    Some((server, store))
}
