using TrainingThroughput.Workloads;
using static TorchSharp.torch;

namespace TrainingThroughput.Torch;

/// <summary>Batches as tensors: row numbers of a flat table, dense features and labels, made before anything is measured.</summary>
internal sealed class TorchBatches : IDisposable
{
    private readonly Tensor[] _rows, _dense, _labels;

    /// <param name="rows">Rows of the flat table.</param>
    /// <param name="distribution">Which rows the examples have.</param>
    /// <param name="batches">How many batches.</param>
    public TorchBatches(int rows, IdDistribution distribution, int batches)
    {
        var numbers = new RowStream(rows, distribution, seed: 3);
        var random = new Random(7);
        (_rows, _dense, _labels) = (new Tensor[batches], new Tensor[batches], new Tensor[batches]);
        for (var i = 0; i < batches; i++)
        {
            _rows[i] = tensor(Enumerable.Range(0, CriteoShape.IdsABatch).Select(_ => (long)numbers.Next()).ToArray());
            _dense[i] = tensor(Floats(CriteoShape.BatchSize * CriteoShape.Dense, () => random.NextSingle() - 0.5f))
                .reshape(CriteoShape.BatchSize, CriteoShape.Dense);
            _labels[i] = tensor(Floats(CriteoShape.BatchSize, () => random.Next(4) == 0 ? 1 : 0));
        }
    }

    /// <summary>The row numbers, [batch x slots].</summary>
    public Tensor Rows(int batch) => _rows[batch % _rows.Length];

    /// <summary>The dense features, [batch, 13].</summary>
    public Tensor Dense(int batch) => _dense[batch % _dense.Length];

    /// <summary>The labels, [batch].</summary>
    public Tensor Labels(int batch) => _labels[batch % _labels.Length];

    public void Dispose()
    {
        foreach (var each in _rows.Concat(_dense).Concat(_labels)) each.Dispose();
    }

    private static float[] Floats(int count, Func<float> next) => [.. Enumerable.Range(0, count).Select(_ => next())];
}
