using System.Diagnostics.CodeAnalysis;
using Kith.Node.Hosting;
using Kith.Node.Storage;
using Kith.Protocol.Core;
using Kith.Tunnel;

namespace Kith.Node.Control;

/// <summary>Turns what the parts of a node throw into what a user is told. One place, so that the same cause has the same words and code everywhere.</summary>
public static class FailureTranslation
{
    /// <summary>Translates an exception that has a meaning for users; false for every other, which is a fault of Kith's own.</summary>
    public static bool TryTranslate(Exception exception, [NotNullWhen(true)] out ControlException? failure)
    {
        failure = exception switch
        {
            ControlException already => already,
            NodeCoreException refusal => Failures.From(refusal),
            PortInUseException port => new ControlException(
                ControlError.PortInUse,
                $"UDP port {port.Port} is in use by another program, or by another node on this machine.",
                "Stop the other one, or choose another port with --port N.",
                port),
            TunUnavailableException tun => Of(tun),
            StateException { InnerException: IOException io } state when StorageErrors.IsFull(io) => new ControlException(
                ControlError.StateFull,
                $"The disk is full: {state.Path} cannot be written. Nothing that was kept before is lost.",
                "Make room on the disk and try again.",
                state),
            StateInUseException state => new ControlException(
                ControlError.StateInUse,
                $"Another node runs on the state directory {state.Path}.",
                "Stop that one with: kith down, or choose another directory with --state DIR.",
                state),
            StateNotWritableException state => new ControlException(
                ControlError.StateNotWritable,
                $"The state directory cannot be written: {state.Path}: {state.InnerException?.Message.TrimEnd('.') ?? "no reason given"}.",
                "Run as a user who may write it (with sudo, for the system's), or choose another one with --state DIR.",
                state),
            StateException state => new ControlException(ControlError.StateDamaged, state.Message, string.Empty, state),
            IOException io when StorageErrors.IsFull(io) => new ControlException(
                ControlError.StateFull,
                "The disk is full. Nothing that was kept before is lost.",
                "Make room on the disk and try again.",
                io),
            _ => null,
        };
        return failure is not null;
    }

    private static ControlException Of(TunUnavailableException exception) => exception.Reason switch
    {
        TunUnavailableReason.NoPermission => new ControlException(
            ControlError.TunNotPermitted,
            "Kith needs the right to make a network device (CAP_NET_ADMIN), and this user has not got it.",
            "Start it with sudo, as a service (packaging/kith.service), or give it the right once: sudo setcap cap_net_admin,cap_net_bind_service+ep "
            + (Environment.ProcessPath ?? "kith"),
            exception),
        TunUnavailableReason.NoDevice => new ControlException(
            ControlError.TunUnavailable,
            "This system has no /dev/net/tun, which Kith needs for its network device.",
            "Load it with: sudo modprobe tun; a container needs to be given the device /dev/net/tun.",
            exception),
        TunUnavailableReason.NameInUse => new ControlException(
            ControlError.TunUnavailable,
            exception.Message,
            "Choose another name with --tun NAME.",
            exception),
        TunUnavailableReason.InvalidName => new ControlException(ControlError.Usage, exception.Message, "Choose another name with --tun NAME.", exception),
        _ => new ControlException(ControlError.TunUnavailable, exception.Message, "On this system Kith has no network device yet.", exception),
    };
}
