using Microsoft.AspNetCore.SignalR;

namespace Chat;

/// <summary>Says to all what one says, under the name of the device.</summary>
internal sealed class ChatHub : Hub
{
    public Task Say(string what) => Clients.All.SendAsync("Said", Context.User!.Identity!.Name, what);
}
