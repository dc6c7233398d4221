using Measuring;

namespace TrainingThroughput.Workloads;

/// <summary>Draws numbers of rows.</summary>
internal sealed class RowStream(int rows, IdDistribution distribution, int seed)
{
    private const double Exponent = 1.05;

    private readonly Random _random = new(seed);
    private readonly ZipfRanks _ranks = new(rows, Exponent);

    public int Next() => distribution == IdDistribution.Uniform ? _random.Next(rows) : _ranks.Next(_random) - 1;
}
