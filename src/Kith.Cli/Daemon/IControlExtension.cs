using Microsoft.AspNetCore.Http;

namespace Kith.Cli.Daemon;

/// <summary>Answers requests on the control socket that are not the node's own.</summary>
internal interface IControlExtension
{
    /// <summary>Answers a request if it is one of its own; false leaves it to the node. What it throws is answered as the node's failures are.</summary>
    Task<bool> TryAnswerAsync(HttpContext context);
}
