using System.Globalization;
using Kith.Node.Control;

namespace Kith.Cli;

/// <summary>The exit codes of `kith` in words. A failure's code is the number of its <see cref="ControlError"/>.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The answer is no: a ping without any reply, a doctor that found a failure.</summary>
    public const int No = 1;

    /// <summary>Interrupted from the keyboard before there was a result: 128 and the number of SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>Every code and what it means, for the help.</summary>
    public static IEnumerable<string> Lines()
    {
        yield return Line(Done, "done");
        yield return Line(No, "the answer is no: no reply to any ping, or doctor found a failure");
        foreach (ControlError error in Enum.GetValues<ControlError>())
        {
            yield return Line((int)error, Describe(error));
        }

        yield return Line(Interrupted, "interrupted before there was a result");
    }

    /// <summary>A failure in a few words.</summary>
    public static string Describe(ControlError error) => error switch
    {
        ControlError.Usage => "the command line is wrong",
        ControlError.NodeNotRunning => "the node is not running",
        ControlError.DeviceOffline => "the device is not reachable",
        ControlError.PortRefused => "nobody listens there",
        ControlError.PeerRefused => "whoever listens there has no room or does not want this device",
        ControlError.Timeout => "nothing came in time",
        ControlError.NotPermitted => "this user may not speak to the node",
        ControlError.InviteNotAnInvite => "that is no invite",
        ControlError.InviteDamaged => "the invite is damaged",
        ControlError.InviteNewerVersion => "the invite is of a newer version of Kith",
        ControlError.InviteExpired => "the invite has expired",
        ControlError.InviteUsedUp => "the invite is used up",
        ControlError.InviteRevoked => "the invite was revoked",
        ControlError.NoMemberReachable => "no member of the network answered",
        ControlError.AlreadyMember => "this device is in that network already",
        ControlError.NameTaken => "another device has that name",
        ControlError.NameInvalid => "that is no valid name",
        ControlError.UnknownDevice => "no such device",
        ControlError.AmbiguousDevice => "several devices are meant",
        ControlError.UnknownNetwork => "no such network",
        ControlError.AmbiguousNetwork => "the network must be named",
        ControlError.NetworkExists => "a network of that name is there already",
        ControlError.NotAdmin => "only an admin may do that",
        ControlError.LastAdmin => "the network would be left without an admin",
        ControlError.LimitReached => "a limit is reached",
        ControlError.PortInUse => "the port is in use",
        ControlError.StateNotWritable => "the state directory cannot be written",
        ControlError.StateInUse => "another node runs on the state directory",
        ControlError.StateDamaged => "a state file is damaged",
        ControlError.StateFull => "the disk is full",
        ControlError.TunNotPermitted => "no right to make a TUN device",
        ControlError.TunUnavailable => "no TUN device can be made",
        ControlError.StateNewerVersion => "the state is of a newer version of Kith",
        ControlError.NoIdentity => "there is no node here yet",
        ControlError.UnknownService => "no such service",
        ControlError.PipeTaken => "the pipe is taken by two others",
        ControlError.ConnectionLost => "the connection broke in the middle",
        ControlError.ProgramMissing => "a program that is needed is not installed",
        ControlError.DhtUnavailable => "no part in the DHT, or nobody known there",
        ControlError.FileUnreadable => "a file cannot be read",
        ControlError.TransferRefused => "the receiver does not want it",
        ControlError.TransferStopped => "not everything was received",
        ControlError.TargetFull => "the receiver's disk is full",
        ControlError.TargetNotWritable => "the folder cannot be written",
        _ => "a fault in Kith itself",
    };

    private static string Line(int code, string text) => string.Create(CultureInfo.InvariantCulture, $"{code,3}  {text}");
}
