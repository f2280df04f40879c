namespace BleepStore.Storage.Resilience.RateLimit;

/// <summary>
/// Marks a refusal of our own limiter, which says nothing about the upstream. A circuit breaker outside does not count it.
/// </summary>
internal sealed class PermitRefusedException() : Exception("The limiter gave no permit.");
