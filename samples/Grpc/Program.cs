// A gRPC service for members, and a client for it.
//
//   dotnet run -- --Kith:StateDirectory=/tmp/a                                                       prints an invite, and serves
//   dotnet run -- --Kith:StateDirectory=/tmp/b --Kith:DeviceName=b --Kith:Join=INVITE --greet=DEVICE      calls it
//
// The wire of gRPC is spelled out in GrpcWire.cs, so that the sample needs no more packages. With Grpc.AspNetCore and Grpc.Net.Client it is what it always is:
//   builder.Services.AddGrpc();  app.MapGrpcService<GreeterService>();
//   GrpcChannel.ForAddress("http://nas.home.kith:8070", new GrpcChannelOptions { HttpHandler = node.CreateHttpHandler() })
using Grpc;
using Kith.Node;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddKith(builder.Configuration.GetSection("Kith"));
builder.WebHost.UseKith(8070);

WebApplication app = builder.Build();
app.MapPost("/greet.Greeter/SayHello", (HttpContext context) => GrpcWire.ServeAsync(context, One));
app.MapPost("/greet.Greeter/SayHellos", (HttpContext context) => GrpcWire.ServeAsync(context, Three));
await app.StartAsync();
KithNode node = app.Services.GetRequiredService<KithNode>();

if (app.Configuration["greet"] is { } device)
{
    using HttpClient client = node.CreateHttpClient(new Uri($"http://{device}:8070"));
    await foreach (string greeting in GrpcWire.CallAsync(client, "/greet.Greeter/SayHello", "one"))
    {
        Console.WriteLine(greeting);
    }

    await foreach (string greeting in GrpcWire.CallAsync(client, "/greet.Greeter/SayHellos", "many"))
    {
        Console.WriteLine(greeting);
    }

    await app.StopAsync();
    return;
}

Console.WriteLine($"port: {node.Port}");
Console.WriteLine($"invite: {(await node.CreateInviteAsync(new KithInviteOptions { Uses = 10 })).Text}");
await app.WaitForShutdownAsync();

static IEnumerable<string> One(HttpContext context, string name) => [$"Hello {name} from {context.GetKithPeer()?.Name}"];

static IEnumerable<string> Three(HttpContext context, string name) => Enumerable.Range(1, 3).Select(number => $"Hello {name} {number}");
