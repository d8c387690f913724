namespace Kith.Protocol.Discovery.Tracker;

/// <summary>Something that is being asked of a tracker.</summary>
/// <param name="Listing">About which listing.</param>
/// <param name="IsScrape">Whether only numbers are asked for.</param>
/// <param name="Event">Else why we are announced.</param>
internal sealed record TrackerRequest(TrackerListing Listing, bool IsScrape, AnnounceEvent Event);
