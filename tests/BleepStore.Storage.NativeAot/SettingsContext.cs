using System.Text.Json.Serialization;

namespace BleepStore.Storage.NativeAot;

/// <summary>Generated code for JSON, because native code has no reflection for it.</summary>
[JsonSerializable(typeof(Settings))]
internal sealed partial class SettingsContext : JsonSerializerContext;
