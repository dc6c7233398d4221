using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>
/// Rare events of a logistic model, as <c>ssp.relogit</c> of R's package Subsampling has them: 20,000 rows, coefficients (-5, then six of
/// -0.7), features normal with covariance 0.5^|i-j| / 4; sampled by a pilot that was fitted on 200 rows, to about 1,000 negatives.
/// </summary>
internal sealed class RareEvents
{
    public const int Rows = 20_000, Features = 6, PilotRows = 200, Subsample = 1000;

    public static readonly double[] Truth = [-5, .. Enumerable.Repeat(-0.7, Features)];

    private readonly FeatureSchema _schema;
    private readonly ExampleEncoder<int> _encoder;
    private readonly float[][] _features = new float[Rows][];
    private readonly bool[] _labels = new bool[Rows];
    private readonly Random _random;

    /// <param name="seed">Of the data and the pilot's rows.</param>
    /// <param name="curvature">Of the first feature's square, which no model here has; 0: the models can fit the truth.</param>
    public RareEvents(int seed, double curvature = 0)
    {
        _random = new Random(seed);
        var builder = new FeatureSchemaBuilder();
        builder.Table("t", row => row.Bias(new SgdOptions()));
        builder.Slot("s", "t");
        builder.Dense(Features);
        var task = builder.Task("event");
        _schema = builder.Build();
        for (var i = 0; i < Rows; i++)
        {
            _features[i] = Draw();
            var offset = curvature * _features[i][0] * _features[i][0];
            _labels[i] = _random.NextDouble() < LogisticFit.Predict(Truth, _features[i], offset);
        }
        _encoder = new ExampleEncoder<int>(_schema, (in int i, ExampleWriter writer) =>
        {
            writer.Label(task, _labels[i]).At(1, i + 1);
            for (var k = 0; k < Features; k++) writer.Dense(k, _features[i][k]);
        });
    }

    public double Positives => _labels.Count(label => label);

    /// <summary>What 100 positives and 100 negatives teach.</summary>
    public double[] FitPilot()
    {
        var (fit, taken) = (new LogisticFit(), new[] { 0, 0 });
        foreach (var i in Enumerable.Range(0, Rows).OrderBy(_ => _random.Next()))
        {
            var label = _labels[i] ? 1 : 0;
            if (taken[label]++ < PilotRows / 2) fit.Add(_features[i], label);
        }
        var pilot = fit.Solve(ridge: 0.1);
        pilot[0] -= Math.Log(Math.Min(taken[1], PilotRows / 2) / Positives) - Math.Log(PilotRows / 2 / (Rows - Positives));
        return pilot;
    }

    /// <summary>What the rows teach that sampling keeps; a pilot of null keeps the same number at one rate.</summary>
    public async Task<(double[] Estimate, double SampleError)> FitAsync(double[]? pilot, SubsamplingCorrection correction, ulong seed)
    {
        var options = new SubsamplingOptions { Task = _schema.Tasks[0], Correction = correction, Seed = seed, BatchSize = 200 };
        if (pilot is null) options.NegativeRate = Subsample / (Rows - Positives);
        else
        {
            options.PilotScale = Subsample / _features.Sum(x => LogisticFit.Predict(pilot, x));
            options.Pilot = (batch, p) =>
            {
                for (var i = 0; i < p.Length; i++) p[i] = (float)LogisticFit.Predict(pilot, batch.Dense.Slice(Features * i, Features));
            };
        }
        var (fit, rows) = (new LogisticFit(), new List<(float[] X, double Label, double Offset)>());
        var source = ExampleSource.From(() => Enumerable.Range(0, Rows), _encoder, 200).Subsampled(options);
        await foreach (var batch in source.ReadAsync(default, CancellationToken.None))
        {
            for (var i = 0; i < batch.Rows; i++)
            {
                var x = batch.Dense.Slice(Features * i, Features);
                var label = batch.Labels(_schema.Tasks[0])[i];
                var offset = batch.LogitOffsets(_schema.Tasks[0])[i];
                fit.Add(x, label, batch.Weights[i], offset);
                rows.Add((x.ToArray(), label, offset));
            }
            batch.Dispose();
        }
        var estimate = fit.Solve();
        var predicted = rows.Sum(row => LogisticFit.Predict(estimate, row.X, row.Offset));
        return (estimate, predicted / rows.Sum(row => row.Label) - 1);
    }

    /// <summary>The predictions over the positives, of all rows.</summary>
    public double Calibration(double[] estimate) => _features.Sum(x => LogisticFit.Predict(estimate, x)) / Positives;

    // An autoregressive sequence has this covariance.
    private float[] Draw()
    {
        var (x, last) = (new float[Features], 0.0);
        for (var k = 0; k < Features; k++)
        {
            last = k == 0 ? Normal() / 2 : last / 2 + Math.Sqrt(0.75) / 2 * Normal();
            x[k] = (float)last;
        }
        return x;
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
