using Monolith.Embeddings.TorchSharp.Tests.Support;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>The equations of SASRec over the steps of one row, in double precision.</summary>
internal sealed class SasRecTwin(SasRecModule module, SequenceBatch batch, bool isNormalized, bool isShared, int heads)
{
    private const double Epsilon = 1e-8;

    private readonly DoubleWeights _weights = new(module);
    private readonly double _temperature = isNormalized ? 0.1 : 1;

    public double[] Newest(int row) => History(row).Length == 0 ? new double[SequenceSchemas.Dimension] : Users(row)[^1];

    public double Logit(int row) => DoubleWeights.Dot(Newest(row), Item(batch.Rows[row].Of("item")[0])) / _temperature;

    public double Positive(int row, int position) => DoubleWeights.Dot(Users(row)[position], Item(Next(row, position))) / _temperature;

    /// <summary>The scores of the negatives that count.</summary>
    public double[] Negatives(int row, int position)
    {
        var drawn = isShared ? batch.Rows.SelectMany(other => other.Of("negatives")) : batch.Rows[row].Of("negatives");
        return
        [
            .. drawn.Where(id => id != Next(row, position))
                .Select(id => DoubleWeights.Dot(Users(row)[position], Item(id)) / _temperature),
        ];
    }

    public double Loss(SequenceLossKind kind, bool isNewestOnly)
    {
        var sum = 0.0;
        for (var row = 0; row < batch.Rows.Count; row++)
        {
            if (float.IsNaN(batch.Rows[row].Label)) continue;
            for (var t = isNewestOnly ? Math.Max(0, History(row).Length - 1) : 0; t < History(row).Length; t++)
            {
                var weight = batch.Rows[row].Weight * (t == History(row).Length - 1 ? batch.Rows[row].Label : 1);
                var (positive, negatives) = (Positive(row, t), Negatives(row, t));
                sum += weight * (kind == SequenceLossKind.SampledSoftmax
                    ? -Math.Log(Math.Exp(positive) / (Math.Exp(positive) + negatives.Sum(Math.Exp)))
                    : Math.Log(1 + Math.Exp(-positive)) + negatives.Sum(score => Math.Log(1 + Math.Exp(score))));
            }
        }
        return sum;
    }

    private long[] History(int row) => batch.Rows[row].Of("history");

    private long Next(int row, int position) =>
        position + 1 < History(row).Length ? History(row)[position + 1] : batch.Rows[row].Of("item")[0];

    private double[] Item(long id) => Unit(SequenceBatch.Vector(id, SequenceSchemas.Dimension));

    private double[][] Users(int row)
    {
        var x = History(row).Select((id, t) => DoubleWeights.Sum(
            [.. SequenceBatch.Vector(id, SequenceSchemas.Dimension).Select(value => value * Math.Sqrt(SequenceSchemas.Dimension))],
            _weights.Row("positions", t))).ToArray();
        for (var block = 0; _weights.Has($"blocks.{block}.first.weight"); block++)
            x = _weights.Layer($"blocks.{block}", x, (i, j) => j <= i, heads, isNormFirst: true, Epsilon);
        return [.. x.Select(v => Unit(_weights.Norm("norm", v, Epsilon)))];
    }

    private double[] Unit(double[] x) => isNormalized ? DoubleWeights.Unit(x) : x;
}
