using Kith.Node.Control;
using Microsoft.AspNetCore.Http;

namespace Kith.Cli.Daemon;

/// <summary>The HTTP status under which each failure is sent.</summary>
internal static class HttpStatus
{
    /// <summary>The status of a failure: whose fault it is, in HTTP's words.</summary>
    public static int Of(ControlError error) => error switch
    {
        ControlError.Usage or ControlError.NameInvalid => StatusCodes.Status400BadRequest,
        ControlError.NotPermitted or ControlError.NotAdmin => StatusCodes.Status403Forbidden,
        ControlError.UnknownDevice or ControlError.UnknownNetwork or ControlError.UnknownService => StatusCodes.Status404NotFound,
        ControlError.InviteNotAnInvite or ControlError.InviteDamaged or ControlError.InviteNewerVersion or ControlError.InviteExpired
            or ControlError.InviteUsedUp or ControlError.InviteRevoked => StatusCodes.Status422UnprocessableEntity,
        ControlError.AlreadyMember or ControlError.NameTaken or ControlError.AmbiguousDevice or ControlError.AmbiguousNetwork
            or ControlError.PortInUse or ControlError.PortRefused or ControlError.PeerRefused or ControlError.NetworkExists or ControlError.LastAdmin or ControlError.LimitReached => StatusCodes.Status409Conflict,
        ControlError.NoMemberReachable or ControlError.DeviceOffline or ControlError.DhtUnavailable => StatusCodes.Status503ServiceUnavailable,
        ControlError.Timeout => StatusCodes.Status504GatewayTimeout,
        ControlError.StateFull => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status500InternalServerError,
    };
}
