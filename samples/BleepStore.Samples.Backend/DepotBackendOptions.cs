namespace BleepStore.Samples.Backend;

/// <summary>The options of the Depot backend.</summary>
public sealed class DepotBackendOptions
{
    /// <summary>The http or https address of the service. Required.</summary>
    public Uri? ServiceUrl { get; set; }
}
