using Kith.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kith.Library.Web;

/// <summary>An application on a node that runs already.</summary>
internal static class WebServer
{
    public static async Task<WebApplication> StartAsync(KithNode node, int port, Action<WebApplicationBuilder>? configure, Action<WebApplication> map)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<IKithTransport>(node);
        builder.Services.AddKithAuthentication();
        builder.WebHost.UseKith(port);
        configure?.Invoke(builder);
        WebApplication application = builder.Build();
        map(application);
        await application.StartAsync(TestContext.Current.CancellationToken);
        return application;
    }
}
