namespace BleepStore.Storage.Backends;

/// <summary>An opened object.</summary>
/// <param name="Properties">The properties of the whole object.</param>
/// <param name="Range">Which bytes the body delivers, as the upstream says.</param>
/// <param name="Content">The body, forward only. Whoever receives the result disposes it.</param>
public sealed record GetResult(ObjectProperties Properties, ContentRange Range, Stream Content);
