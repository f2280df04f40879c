namespace BleepStore.Storage.Azure.Wire;

/// <summary>Which client of the application's own a store was given.</summary>
internal enum GivenClient
{
    None = 0,
    Service,
    Container,
}
