namespace BleepStore.Storage;

/// <summary>The name by which to listen to telemetry.</summary>
public static class BleepStoreTelemetry
{
    /// <summary>
    /// The name of the activity source, of the meter and of the logger category of every store. OpenTelemetry uses it in
    /// <c>AddSource(BleepStoreTelemetry.Name)</c> and <c>AddMeter(BleepStoreTelemetry.Name)</c>.
    /// </summary>
    public const string Name = "BleepStore.Storage";
}
