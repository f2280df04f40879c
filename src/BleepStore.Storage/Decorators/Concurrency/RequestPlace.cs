namespace BleepStore.Storage.Decorators.Concurrency;

/// <summary>The place of one request among those that may be under way. Disposing gives it back, once however often it is called.</summary>
/// <param name="places">All places. Their lock guards the state.</param>
internal sealed class RequestPlace(RequestPlaces places) : IDisposable
{
    /// <summary>Whether the request has the place, which it can have lent.</summary>
    public bool IsHeld { get; set; } = true;

    /// <summary>Whether the request is over.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Since when the request waits for its program.</summary>
    public long IdleSince { get; set; }

    /// <summary>From now on the request waits for its program.</summary>
    public void BeginIdle() => places.BeginIdle(this);

    /// <summary>The program goes on.</summary>
    public void EndIdle() => places.EndIdle(this);

    public void Dispose() => places.Leave(this);
}
