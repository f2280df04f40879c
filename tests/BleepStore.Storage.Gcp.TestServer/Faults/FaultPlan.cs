namespace BleepStore.Storage.Gcp.TestServer.Faults;

/// <summary>The faults of requests, by script, by seed, or both. Thread-safe.</summary>
public sealed class FaultPlan
{
    private readonly Lock _lock = new();
    private readonly List<Step> _steps = [];
    private Random? _random;
    private double _refused;
    private double _cut;
    private Func<RequestRecord, bool>? _keepsAnswers;

    /// <summary>
    /// Adds a fault to requests that meet a condition. It skips <paramref name="skip"/> of them and then affects <paramref name="times"/>
    /// of them.
    /// </summary>
    public void Add(Func<RequestRecord, bool> when, Fault fault, int times = 1, int skip = 0)
    {
        lock (_lock)
        {
            _steps.Add(new Step(when, fault) { Skip = skip, Times = times });
        }
    }

    /// <summary>
    /// Has a share of all requests refused with 503, and the connections of another share cut, half of them before the request is carried
    /// out and half after. The n-th request of the server meets the same fate for the same seed.
    /// </summary>
    /// <param name="seed">Chooses the fates.</param>
    /// <param name="refused">The share that is refused.</param>
    /// <param name="cut">The share that is cut.</param>
    /// <param name="keepsAnswers">Requests that are cut before they are carried out or not at all. The default is none.</param>
    public void Randomly(int seed, double refused, double cut, Func<RequestRecord, bool>? keepsAnswers = null)
    {
        lock (_lock)
        {
            // The random number is not for secrets, and the same seed must give the same sequence.
#pragma warning disable CA5394
            _random = new Random(seed);
#pragma warning restore CA5394
            _refused = refused;
            _cut = cut;
            _keepsAnswers = keepsAnswers;
        }
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _steps.Clear();
            _random = null;
        }
    }

    internal Fault? Judge(RequestRecord request)
    {
        lock (_lock)
        {
            foreach (Step step in _steps)
            {
                if (step.Times > 0 && step.When(request) && step.Skip-- <= 0)
                {
                    step.Times--;
                    return step.Fault;
                }
            }

            return Draw(request);
        }
    }

    private Fault? Draw(RequestRecord request)
    {
#pragma warning disable CA5394
        double drawn = _random?.NextDouble() ?? 1;
#pragma warning restore CA5394
        return drawn switch
        {
            _ when drawn < _cut / 2 => new Fault(FaultKind.Cut),
            _ when drawn < _cut => new Fault(_keepsAnswers?.Invoke(request) == true ? FaultKind.Cut : FaultKind.CutAfter),
            _ when drawn < _cut + _refused => Fault.Refusing(503),
            _ => null,
        };
    }

    private sealed record Step(Func<RequestRecord, bool> When, Fault Fault)
    {
        public int Times { get; set; }

        public int Skip { get; set; }
    }
}
