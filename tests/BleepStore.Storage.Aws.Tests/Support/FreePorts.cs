using System.Net;
using System.Net.Sockets;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>Ports of this machine that nobody listens on.</summary>
internal static class FreePorts
{
    public static int[] Take(int count)
    {
        // All at once, or the same could be given twice.
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
