namespace Measuring;

/// <summary>The longest of many batches, in milliseconds.</summary>
public sealed class LongestBatches
{
    private readonly double[] _elapsed = new double[3];

    /// <summary>The three longest by the clock, from the longest down.</summary>
    public IReadOnlyList<double> Elapsed => _elapsed;

    /// <summary>The longest by what its thread had of a processor.</summary>
    public double Computed { get; private set; }

    public void Add(BatchTime time)
    {
        Computed = Math.Max(Computed, time.Computed);
        var milliseconds = time.Elapsed;
        for (var i = 0; i < _elapsed.Length; i++)
        {
            if (milliseconds > _elapsed[i]) (_elapsed[i], milliseconds) = (milliseconds, _elapsed[i]);
        }
    }
}
