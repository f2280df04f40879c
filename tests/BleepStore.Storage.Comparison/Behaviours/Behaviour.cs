namespace BleepStore.Storage.Comparison.Behaviours;

/// <summary>One row of the table.</summary>
/// <param name="Name">What is tried.</param>
/// <param name="ObserveAsync">Tries it and says what happened.</param>
internal sealed record Behaviour(string Name, Func<Observed, Task<string>> ObserveAsync);
