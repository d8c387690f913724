// A chat among members: a SignalR hub over Kith. Nobody logs in, and nobody can speak under another's name.
//
//   dotnet run -- --Kith:StateDirectory=/tmp/a                                                    prints an invite, and serves
//   dotnet run -- --Kith:StateDirectory=/tmp/b --Kith:DeviceName=b --Kith:Join=INVITE --with=DEVICE    says what you type, prints what all say
using Chat;
using Kith.Node;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddKith(builder.Configuration.GetSection("Kith"));
builder.Services.AddKithAuthentication();
builder.Services.AddSignalR();
builder.WebHost.UseKith(8090);

WebApplication app = builder.Build();
app.MapHub<ChatHub>("/chat").RequireAuthorization();
await app.StartAsync();
KithNode node = app.Services.GetRequiredService<KithNode>();

if (app.Configuration["with"] is { } device)
{
    await using HubClient client = await HubClient.ConnectAsync(node, new Uri($"ws://{device}:8090/chat"));
    Task hearing = client.HearAsync((who, what) => Console.WriteLine($"{who}: {what}"));
    while (await Console.In.ReadLineAsync() is { } line)
    {
        await client.SayAsync(line);
    }

    await client.CloseAsync();
    await hearing;
    await app.StopAsync();
    return;
}

Console.WriteLine($"port: {node.Port}");
Console.WriteLine($"invite: {(await node.CreateInviteAsync(new KithInviteOptions { Uses = 10 })).Text}");
await app.WaitForShutdownAsync();
