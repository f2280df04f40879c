using System.Net;
using System.Text;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>An answer of a service to a plain HTTP request.</summary>
internal sealed record HttpAnswer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Whether the request was a success.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Whether the service refused the request, or said that it does not know what the request asks for.</summary>
    public bool IsRefusal => (int)Status is (>= 400 and < 500) or 501;

    /// <summary>For the message of a failing test.</summary>
    public override string ToString() => $"{(int)Status}: {Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 500)))}";
}
