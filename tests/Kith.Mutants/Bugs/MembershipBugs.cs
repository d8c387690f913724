namespace Kith.Mutants.Bugs;

/// <summary>Who belongs to a network, and how members tell each other.</summary>
internal static class MembershipBugs
{
    public static readonly PlantedBug[] All =
    [
        new(
            "signature-not-checked",
            "Anybody who can pass statements on makes himself an admin",
            "src/Kith.Protocol/Membership/MembershipLog.Add.cs", "!statement.IsSigned()", "false",
            "SyncSessionTests.nonsense_and_forgeries_end_a_session"),
        new(
            "revocation-forgets-what-it-had-not-seen",
            "A removed device goes on stating things under numbers from before its removal, and they count",
            "src/Kith.Protocol/Membership/Fold/RevocationSet.cs", "entry.Statement.Sequence <= body.LastStanding && entry.IsSeenBy(revocation)", "entry.Statement.Sequence <= body.LastStanding",
            "RevocationTests.what_a_revoked_device_wrote_and_the_revocation_had_not_seen_is_void"),
        new(
            "invite-once-too-often",
            "An invite for one lets in two",
            "src/Kith.Protocol/Membership/Fold/FoldedInvite.cs", "Used >= Body.Uses", "Used > Body.Uses",
            "MembershipLogTests.a_device_joins_by_an_invite_and_the_invite_is_used_up"),
        new(
            "invite-never-over",
            "An invite that was for a day lets somebody in a year later",
            "src/Kith.Protocol/Membership/Fold/FoldPass.Admission.cs", "(ulong)entry.Statement.Time.Milliseconds > invite.Body.ExpiresMilliseconds", "false",
            "InviteTests.an_invite_that_is_over_lets_nobody_in"),
        new(
            "role-by-anybody",
            "A mere member makes himself an admin",
            "src/Kith.Protocol/Membership/Fold/FoldPass.Admission.cs", "!authority.IsAdmin", "false",
            "RevocationTests.only_admins_revoke_others_and_anyone_may_leave") { Near = "private bool ApplyRole(" },
        new(
            "both-branches-of-a-fork-count",
            "A device that tells one half of the network this and the other half that is believed by both",
            "src/Kith.Protocol/Membership/Fold/FoldPass.cs", "!rulings.Stands(entry)", "false",
            "ForkTests.a_fork_freezes_its_author_at_the_last_statement_before_it"),
        new(
            "removed-device-keeps-its-name",
            "The name of a removed device is never free again: its successor becomes nas-2",
            "src/Kith.Protocol/Membership/Fold/FoldPass.cs", "_byName.Remove(device.Name);", "_ = device.Name;",
            "NameAndAddressTests.devices_that_wish_for_one_name_are_numbered_in_the_order_of_the_fold"),
        new(
            "address-collision",
            "Two devices get the same address, and the second one is never reached by it",
            "src/Kith.Protocol/Membership/Fold/FoldPass.Admission.cs", "_byV4.Add(device.V4, device);", "_ = device;",
            "NameAndAddressTests.addresses_are_in_the_network_s_prefix_and_no_two_are_the_same"),
        new(
            "sync-word-dropped",
            "A member that has nothing to send does not say so: the other one waits for ever, and never knows that it has everything",
            "src/Kith.Protocol/Membership/Sync/SyncSession.cs", "_owesWord = true;", "_owesWord = false;",
            "SyncSessionTests.only_what_is_missing_is_sent_either_way"),
        new(
            "newcomer-told-before-it-is-stored",
            "A newcomer is let in although the disk took nothing of it: after a restart nobody knows it",
            "src/Kith.Protocol/Core/NodeCore.Guests.cs", "!stored.IsOk", "false",
            "NodeCoreTests.full_disk_refuses_a_change_and_changes_nothing"),
    ];
}
