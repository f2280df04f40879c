namespace BleepStore.Storage.Engine.Puts;

/// <summary>Where a part goes.</summary>
internal readonly record struct PartTarget(ObjectAddress Address, string UploadId, int PartNumber);
