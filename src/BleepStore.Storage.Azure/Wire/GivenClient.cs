namespace BleepStore.Storage.Azure.Wire;

/// <summary>The kind of client that the application provided to a store.</summary>
internal enum GivenClient
{
    None = 0,
    Service,
    Container,
}
