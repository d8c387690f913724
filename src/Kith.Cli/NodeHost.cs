using System.Net.NetworkInformation;
using Kith.Node;
using Kith.Node.Control;
using Kith.Node.Names;
using Kith.Node.Storage;
using Kith.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace Kith.Cli;

/// <summary>The node behind the command line.</summary>
internal sealed class NodeHost : INodeHost
{
    /// <summary>Reads the node id that a state directory holds; null if no node was ever started on it.</summary>
    /// <exception cref="ControlException">The key file is damaged or may not be read.</exception>
    public static string? ReadIdentity(string stateDirectory)
    {
        try
        {
            if (!NodeKeyFile.TryLoad(StateDirectory.NodeKeyPathIn(stateDirectory), out NodeKey? key))
            {
                return null;
            }

            using (key)
            {
                return key.Id.ToString();
            }
        }
        catch (StateDamagedException failure)
        {
            throw new ControlException(ControlError.StateDamaged, failure.Message, "", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ControlException(ControlError.NotPermitted, $"The key in {stateDirectory} cannot be read: {failure.Message}", "Ask as the user that the node runs as.", failure);
        }
    }

    /// <summary>
    /// Removes what a killed node left behind on the machine: names in the hosts file. The TUN device went with the process; so only names
    /// whose device is gone are leftovers, and those of another node that runs are not.
    /// </summary>
    public static IReadOnlyList<string> CleanUp(string stateDirectory)
    {
        try
        {
            string[] links = [.. NetworkInterface.GetAllNetworkInterfaces().Select(link => link.Name)];
            string[] leftovers = [.. HostsBlock.OwnersIn(File.ReadAllBytes(HostsHook.DefaultPath)).Except(links, StringComparer.Ordinal)];
            foreach (string link in leftovers)
            {
                NameService.RemoveLeftovers(new NameServiceOptions { Link = link });
            }

            return leftovers.Length == 0 ? [] : [$"Removed from {HostsHook.DefaultPath} the names that a node left which was killed."];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [$"Names of a node that was killed are left in {HostsHook.DefaultPath}: {failure.Message}"];
        }
    }

    /// <inheritdoc/>
    public async Task<INodeControl> StartAsync(NodeStartOptions options, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        await KithNode.StartAsync(options, loggers, cancellationToken).ConfigureAwait(false);
}
