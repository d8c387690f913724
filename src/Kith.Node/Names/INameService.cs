using Kith.Protocol.Discovery.Dns;

namespace Kith.Node.Names;

/// <summary>Makes the members' names known to this machine's programs. Calls come one at a time; disposing undoes everything.</summary>
internal interface INameService : IDisposable
{
    /// <summary>Brings the machine up to date with a new picture. Failures are logged, and tried again with the next picture; none is thrown.</summary>
    void Update(NameTable names);
}
