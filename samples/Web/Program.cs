// A web application for the members of a private network alone, and a client for it. Who calls is known by key: no passwords, no certificates.
//
//   dotnet run -- --Kith:StateDirectory=/tmp/a                                                    prints an invite, and serves
//   dotnet run -- --Kith:StateDirectory=/tmp/b --Kith:DeviceName=b --Kith:Join=INVITE --get=http://DEVICE.home.kith:8080/
using Kith.Node;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddKith(builder.Configuration.GetSection("Kith"));
builder.Services.AddHttpClient("members").UseKith();
builder.Services.AddKithAuthentication();
builder.WebHost.UseKith(8080);

WebApplication app = builder.Build();
app.MapGet("/", (HttpContext context) => $"Hello {context.User.Identity!.Name}").RequireAuthorization();
app.MapGet("/admin", () => "secrets").RequireAuthorization(policy => policy.RequireRole(KithClaims.AdminRole));
await app.StartAsync();

if (app.Configuration["get"] is { } address)
{
    HttpClient client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("members");
    using HttpResponseMessage response = await client.GetAsync(new Uri(address));
    Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    await app.StopAsync();
    return;
}

KithNode node = app.Services.GetRequiredService<KithNode>();
Console.WriteLine($"port: {node.Port}");
Console.WriteLine($"invite: {(await node.CreateInviteAsync(new KithInviteOptions { Uses = 10 })).Text}");
await app.WaitForShutdownAsync();
