using System.Text.Json.Serialization;

namespace Kith.Node.Control;

/// <summary>
/// Every failure that a user can meet. The number is the exit code of the command that meets it: this is the one table of them.
/// 0 is success, 1 is an answer of "no" (a ping without reply, a doctor that found a failure); numbers are never used again for another failure.
/// </summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ControlError>))]
public enum ControlError
{
    /// <summary>The command line cannot be understood.</summary>
    Usage = 2,

    /// <summary>The command needs a running node and there is none.</summary>
    NodeNotRunning = 3,

    /// <summary>Nothing came in time.</summary>
    Timeout = 4,

    /// <summary>The node is there, but this user may not speak to it.</summary>
    NotPermitted = 5,

    /// <summary>The text is no invite at all.</summary>
    InviteNotAnInvite = 10,

    /// <summary>The text is an invite with characters missing or changed.</summary>
    InviteDamaged = 11,

    /// <summary>The invite was made by a newer version of Kith.</summary>
    InviteNewerVersion = 12,

    /// <summary>The invite was good until a time that has passed.</summary>
    InviteExpired = 13,

    /// <summary>As many devices have joined with the invite as it allows.</summary>
    InviteUsedUp = 14,

    /// <summary>The invite was taken back.</summary>
    InviteRevoked = 15,

    /// <summary>No member that could let this device in answered.</summary>
    NoMemberReachable = 16,

    /// <summary>This device is in that network already.</summary>
    AlreadyMember = 17,

    /// <summary>Another device of the network has that name.</summary>
    NameTaken = 20,

    /// <summary>The name is no valid name for a device or network.</summary>
    NameInvalid = 21,

    /// <summary>No device of that name, address or id.</summary>
    UnknownDevice = 22,

    /// <summary>Several devices are meant by that name.</summary>
    AmbiguousDevice = 23,

    /// <summary>No network of that name or id.</summary>
    UnknownNetwork = 24,

    /// <summary>The node is in several networks and none was named.</summary>
    AmbiguousNetwork = 25,

    /// <summary>This node is in a network of that name already.</summary>
    NetworkExists = 26,

    /// <summary>Only an admin of the network may do that.</summary>
    NotAdmin = 27,

    /// <summary>That would leave the network without an admin.</summary>
    LastAdmin = 28,

    /// <summary>Something that may grow is as large as it may get: members, networks, statements, invites.</summary>
    LimitReached = 29,

    /// <summary>Somebody else has the port: another program the UDP port, or another listener a port of the private network.</summary>
    PortInUse = 30,

    /// <summary>This user may not write the state directory.</summary>
    StateNotWritable = 31,

    /// <summary>Another node runs on the state directory.</summary>
    StateInUse = 32,

    /// <summary>A file of the state directory is damaged; the message names it. It was left as it is.</summary>
    StateDamaged = 33,

    /// <summary>The disk of the state directory is full.</summary>
    StateFull = 34,

    /// <summary>This user may not make a TUN device.</summary>
    TunNotPermitted = 35,

    /// <summary>The system has no TUN devices, or the device's name is in use.</summary>
    TunUnavailable = 36,

    /// <summary>The state directory was written by a newer version of Kith.</summary>
    StateNewerVersion = 37,

    /// <summary>There is no node here yet: nothing was ever started on the state directory.</summary>
    NoIdentity = 38,

    /// <summary>The device does not answer on any path.</summary>
    DeviceOffline = 40,

    /// <summary>The device is there, and nobody listens on that port or for that name.</summary>
    PortRefused = 41,

    /// <summary>Whoever listens there does not want this device, or has no room.</summary>
    PeerRefused = 42,

    /// <summary>This device exposes no service of that name or port.</summary>
    UnknownService = 50,

    /// <summary>Two devices have the pipe of that name already.</summary>
    PipeTaken = 51,

    /// <summary>A connection broke in the middle; what was under way may be incomplete.</summary>
    ConnectionLost = 52,

    /// <summary>A program that is needed is not installed.</summary>
    ProgramMissing = 53,

    /// <summary>This node takes no part in the DHT, or knows none of its nodes.</summary>
    DhtUnavailable = 60,

    /// <summary>A file or folder that was named cannot be read, or is not there.</summary>
    FileUnreadable = 65,

    /// <summary>The receiver does not want what is sent.</summary>
    TransferRefused = 66,

    /// <summary>The transfer ended before everything was received; it can go on from there.</summary>
    TransferStopped = 67,

    /// <summary>The receiver's disk is full.</summary>
    TargetFull = 68,

    /// <summary>The folder that should receive cannot be written.</summary>
    TargetNotWritable = 69,

    /// <summary>A fault in Kith itself.</summary>
    Internal = 70,
}
