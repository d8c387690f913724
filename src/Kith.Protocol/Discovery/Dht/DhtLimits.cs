namespace Kith.Protocol.Discovery.Dht;

/// <summary>Named maxima and times of the DHT node. What lies above a maximum is refused or takes the place of the worst.</summary>
public static class DhtLimits
{
    /// <summary>Contacts in a bucket, and in an answer (Kademlia's k; BEP 5).</summary>
    public const int BucketSize = 8;

    /// <summary>Contacts kept beside a full bucket for when one of it fails.</summary>
    public const int ReplacementsMax = 8;

    /// <summary>Contacts of one bucket in the same /24 (IPv4) or /48 (IPv6).</summary>
    public const int SamePrefixPerBucketMax = 2;

    /// <summary>Contacts of the whole table in the same /24 or /48.</summary>
    public const int SamePrefixPerTableMax = 3;

    /// <summary>Queries in a row without an answer after which a contact is bad.</summary>
    public const int FailuresMax = 4;

    /// <summary>Queries under way at once.</summary>
    public const int TransactionsMax = 256;

    /// <summary>Of these, those to nodes that only asked us something: whoever sends us many questions must not stop our own.</summary>
    public const int NewcomerPingsMax = 32;

    /// <summary>Lookups under way at once.</summary>
    public const int LookupsMax = 32;

    /// <summary>Disjoint paths of one lookup (S/Kademlia): one lying node spoils one of them.</summary>
    public const int DisjointPaths = 3;

    /// <summary>Queries under way on one path of a lookup.</summary>
    public const int Parallelism = 2;

    /// <summary>Contacts one path of a lookup remembers that were not asked yet, nearest first.</summary>
    public const int PathContactsMax = 48;

    /// <summary>Contacts taken from one answer.</summary>
    public const int ContactsPerAnswerMax = 8;

    /// <summary>Nodes that one node named and that are silent, after which the others it named are asked last.</summary>
    public const int NamedSilentMax = 3;

    /// <summary>Own walks from which it is learnt how thick the crowd is.</summary>
    public const int WalksRemembered = 15;

    /// <summary>While there are fewer walks than this, the last one towards ourselves counts.</summary>
    public const int WalksEnough = 5;

    /// <summary>So much nearer than usual (<see cref="DhtId.Nearness"/>) the eighth nearest must be for a target to look besieged to who looks for something: chance does that to one target in ten.</summary>
    public const double CrowdedForGet = 1;

    /// <summary>Likewise to who puts something: what is put once is looked for often.</summary>
    public const double CrowdedForPut = 0.5;

    /// <summary>Regions beside a besieged target that are used as well.</summary>
    public const int DetoursMax = 3;

    /// <summary>Queries one lookup sends in all.</summary>
    public const int QueriesPerLookupMax = 120;

    /// <summary>Targets whose nearest nodes are remembered for <see cref="DhtMachine.BeginPeek"/>; the oldest gives way.</summary>
    public const int NeighbourhoodsMax = 32;

    /// <summary>Peers taken from the answers of one lookup.</summary>
    public const int PeersPerLookupMax = 200;

    /// <summary>Info-hashes that peers are kept for.</summary>
    public const int InfoHashesMax = 1024;

    /// <summary>Peers kept for one info-hash.</summary>
    public const int PeersPerHashMax = 64;

    /// <summary>Peers in one answer.</summary>
    public const int PeersPerAnswerMax = 40;

    /// <summary>Items kept for others.</summary>
    public const int ItemsMax = 1024;

    /// <summary>Items kept that came from one /24 or /48.</summary>
    public const int ItemsPerSourceMax = 32;

    /// <summary>Queries answered in one second, over all sources.</summary>
    public const int AnswersPerSecondMax = 500;

    /// <summary>Queries answered in one second for one /24 or /48.</summary>
    public const int AnswersPerSecondPerSourceMax = 30;

    /// <summary>Sources the answering rate is counted for.</summary>
    public const int SourcesMax = 1024;

    /// <summary>Datagrams waiting to be sent.</summary>
    public const int TransmitsMax = 512;

    /// <summary>Endpoints that a table is begun from.</summary>
    public const int BootstrapMax = 64;

    /// <summary>Contacts stored for the next start.</summary>
    public const int SavedContactsMax = 200;

    /// <summary>The longest write token that is kept or given back.</summary>
    public const int TokenBytesMax = 64;
}
