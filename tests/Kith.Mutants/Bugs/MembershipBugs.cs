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
            "RevocationTests.a_revocation_does_not_let_stand_what_it_had_not_seen_whatever_number_it_names") { Gap = "no revocation named a number beyond what its author had seen" },
        new(
            "invite-once-too-often",
            "An invite for one lets in two",
            "src/Kith.Protocol/Membership/Fold/FoldedInvite.cs", "Used >= Body.Uses", "Used > Body.Uses",
            "InviteTests.of_two_that_use_the_last_place_at_once_the_first_in_order_gets_it_everywhere"),
        new(
            "invite-never-over",
            "An invite that was for a day lets somebody in a year later",
            "src/Kith.Protocol/Membership/Fold/FoldPass.Admission.cs", "(ulong)entry.Statement.Time.Milliseconds > invite.Body.ExpiresMilliseconds", "false",
            "InviteTests.an_invite_that_is_over_lets_nobody_in"),
        new(
            "role-by-anybody",
            "A mere member makes himself an admin",
            "src/Kith.Protocol/Membership/Fold/FoldPass.Admission.cs", "!authority.IsAdmin", "false",
            "RevocationTests.a_mere_member_decides_nothing_for_others") { Near = "private bool ApplyRole(", Gap = "members were refused when they asked, but no test stated a role in a member's name all the same" },
        new(
            "both-branches-of-a-fork-count",
            "A device that tells one half of the network this and the other half that is believed by both",
            "src/Kith.Protocol/Membership/Fold/FoldPass.cs", "!rulings.Stands(entry)", "false",
            "ForkTests.a_fork_freezes_its_author_at_the_last_statement_before_it"),
        new(
            "removed-device-keeps-its-name",
            "The name of a removed device is never free again: its successor becomes nas-2",
            "src/Kith.Protocol/Membership/Fold/FoldPass.cs", "_byName.Remove(device.Name);", "_ = device.Name;",
            "NameAndAddressTests.the_name_and_the_address_of_a_removed_device_are_free_again") { Gap = "no device took the name of a removed one" },
        new(
            "address-collision",
            "Two devices get the same address, and the second one is never reached by it",
            "src/Kith.Protocol/Membership/Fold/FoldPass.Admission.cs", "_byV4.Add(device.V4, device);", "_ = device;",
            "NameAndAddressTests.addresses_are_in_the_network_s_prefix_and_no_two_are_the_same"),
        new(
            "sync-word-dropped",
            "A member that has nothing to send does not say so: the other one waits for ever, and never knows that it has everything",
            "src/Kith.Protocol/Membership/Sync/SyncSession.cs", "_owesWord = true;", "_owesWord = false;",
            "SyncSessionTests.a_joiner_with_an_empty_log_gets_everything"),
        new(
            "newcomer-told-before-it-is-stored",
            "A newcomer is let in although the disk took nothing of it: after a restart nobody knows it",
            "src/Kith.Protocol/Core/NodeCore.Guests.cs", "!stored.IsOk", "false",
            "NodeCoreTests.a_newcomer_is_not_let_in_while_the_disk_is_full") { Gap = "no test joined through a member whose disk was full" },
    ];
}
