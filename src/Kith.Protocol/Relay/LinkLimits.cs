namespace Kith.Protocol.Relay;

/// <summary>Named maxima and times of link reports and of the routes computed from them.</summary>
public static class LinkLimits
{
    /// <summary>Links one member states; beyond it the cheapest count.</summary>
    public const int LinksMax = 64;

    /// <summary>Members of one network whose reports are kept. Reports are taken of members only, so this is never reached by others.</summary>
    public const int ReportsMax = Membership.MembershipLimits.MembersMax;

    /// <summary>Reports in one control message.</summary>
    public const int ReportsPerMessageMax = 256;

    /// <summary>Destinations for which alternatives are computed each time something changed; the others have the best route alone.</summary>
    public const int AlternativesMax = 64;

    /// <summary>Members among whom routes are computed every <see cref="RouteInterval"/>; among more it is done less often, so that it takes no larger share of the processor.</summary>
    public const int MembersPerRouteInterval = 256;

    /// <summary>The least time between two reports of one node.</summary>
    public static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>The least time between two reports where no neighbour came or went and only numbers changed.</summary>
    public static readonly TimeSpan MeasurementInterval = TimeSpan.FromSeconds(10);

    /// <summary>A report is made anew after this even if nothing changed.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(30);

    /// <summary>A report that was not replaced for this long is forgotten: twice the refresh and some.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(75);

    /// <summary>The least time between two computations of routes, for each <see cref="MembersPerRouteInterval"/> members; the first after a pause is at once.</summary>
    public static readonly TimeSpan RouteInterval = TimeSpan.FromMilliseconds(100);
}
