using System.Globalization;
using Kith.Node.Control;
using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Identity;

namespace Kith.Node.Hosting;

/// <summary>Turns what goes wrong inside into what a user is told: what happened, what it means, what to do next.</summary>
internal static class Failures
{
    /// <summary>A command that the core refused.</summary>
    public static ControlException From(NodeCoreException refusal) => refusal.Error switch
    {
        NodeCoreError.AlreadyMember => new(ControlError.AlreadyMember, $"This device is in the network '{refusal.Subject}' already.", "'kith status' shows it."),
        NodeCoreError.DeviceRevoked => DeviceRevoked(refusal.Subject),
        NodeCoreError.TooManyNetworks => new(
            ControlError.LimitReached,
            string.Create(CultureInfo.InvariantCulture, $"A node can be in {NodeLimits.NetworksMax} networks at most."),
            "Leave one with 'kith leave NETWORK'."),
        NodeCoreError.JoinUnderWay => new(ControlError.LimitReached, $"This node is joining '{refusal.Subject}' just now.", "Wait until that has ended and try again."),
        NodeCoreError.UnknownNetwork => new(ControlError.UnknownNetwork, "This node is not in that network.", "'kith networks' lists its networks."),
        NodeCoreError.UnknownDevice => new(ControlError.UnknownDevice, "There is no such device in the network.", "'kith members' lists the devices."),
        NodeCoreError.UnknownInvite => new(ControlError.InviteRevoked, "That invite is not good any more: it was revoked, or belongs to another network.", ""),
        NodeCoreError.NotAdmin => new(ControlError.NotAdmin, $"Only an admin of '{refusal.Subject}' may do that, and this device is none.", "Ask an admin; 'kith members' shows who is."),
        NodeCoreError.LastAdmin => new(ControlError.LastAdmin, $"That would leave '{refusal.Subject}' without an admin.", "Make another device admin first: 'kith role DEVICE admin'."),
        NodeCoreError.NameTaken => new(ControlError.NameTaken, $"Another device is named '{refusal.Subject}'.", "Choose another name, or rename that one first."),
        NodeCoreError.NameInvalid => NameInvalid(refusal.Subject),
        NodeCoreError.BeingRepaired => new(
            ControlError.StateDamaged,
            $"Statements of '{refusal.Subject}' were damaged on this device's disk and are being fetched from its members, so nothing can be changed just now.",
            "Try again once another device of the network is reachable; 'kith doctor' tells more."),
        NodeCoreError.StoreFull => new(ControlError.StateFull, $"The disk is full: {refusal.Subject}", "Make room and try again; nothing was changed."),
        NodeCoreError.StoreFailed => new(ControlError.StateNotWritable, $"The state could not be stored: {refusal.Subject}", "Nothing was changed."),
        NodeCoreError.Frozen => new(ControlError.NotAdmin, "This device's statements have split in two histories, so it may state nothing until an admin decides.", "Ask an admin of the network."),
        _ => new(ControlError.LimitReached, $"'{refusal.Subject}' is as large as it may get.", "Revoke devices or invites that are not needed any more."),
    };

    /// <summary>An attempt to join that failed.</summary>
    public static ControlException From(NodeEvent.JoinFailed failed, string network, string deviceName) => failed.Failure switch
    {
        JoinFailure.NoMemberReachable => new(
            ControlError.NoMemberReachable,
            $"No member of '{network}' answered.",
            "Check that one of them is up, on this network or reachable; its address can be given with --peer HOST:PORT."),
        JoinFailure.DeviceRevoked => DeviceRevoked(network),
        JoinFailure.NameTaken => new(
            ControlError.NameTaken, $"Another device of '{network}' is named '{deviceName}'.", "Choose another name with --name; the invite has not been used."),
        JoinFailure.Storage => new(ControlError.StateFull, "What was joined could not be stored.", "Make room in the state directory and try again; the invite may be used again by this device."),
        JoinFailure.Inconsistent => new(ControlError.InviteRevoked, $"What a member of '{network}' sent does not fit the invite.", "Ask for a new invite."),
        _ => failed.Refusal switch
        {
            JoinRefusal.Expired => new(ControlError.InviteExpired, $"The invite to '{network}' has expired.", "Ask for a new one."),
            JoinRefusal.UsedUp => new(ControlError.InviteUsedUp, $"The invite to '{network}' has been used already.", "Ask for a new one, or for one with more uses."),
            JoinRefusal.Revoked => new(ControlError.InviteRevoked, $"The invite to '{network}' was taken back.", "Ask for a new one."),
            JoinRefusal.DeviceRevoked => DeviceRevoked(network),
            JoinRefusal.NetworkFull => new(ControlError.LimitReached, $"The network '{network}' has as many members as it can.", "Ask an admin to revoke devices that are gone."),
            JoinRefusal.Version => new(ControlError.InviteNewerVersion, $"The members of '{network}' speak another version of Kith.", "Update Kith on both sides."),
            _ => new(ControlError.NoMemberReachable, $"The member that answered for '{network}' could not let this device in.", "Try again in a moment, or ask for a new invite."),
        },
    };

    /// <summary>A text that is no invite.</summary>
    public static ControlException From(InviteParse parse) => parse switch
    {
        InviteParse.Damaged => new(ControlError.InviteDamaged, "The invite is damaged: characters are missing or changed.", "Copy the whole line again; it is one word."),
        InviteParse.NewerVersion => new(ControlError.InviteNewerVersion, "The invite was made by a newer version of Kith.", "Update Kith on this machine."),
        _ => new(ControlError.InviteNotAnInvite, "That is no invite.", "An invite is one word that begins with 'kith1'; make one with 'kith invite' on a member."),
    };

    /// <summary>A name that is none.</summary>
    public static ControlException NameInvalid(string name) => new(
        ControlError.NameInvalid, $"'{name}' is no name for a device or network.", "Use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end.");

    private static ControlException DeviceRevoked(string network) => new(
        ControlError.InviteRevoked, $"This device was revoked in '{network}' and cannot come back with its key.", "Start with another state directory (--state DIR) to join as a new device.");
}
