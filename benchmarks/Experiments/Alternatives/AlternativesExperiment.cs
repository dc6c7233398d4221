using System.Globalization;
using Experiments.Data;
using Experiments.Learning;
using Experiments.Reporting;
using Experiments.Trials;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Training;
using Samples.Common;
using Scoring;

namespace Experiments.Alternatives;

/// <summary>
/// What a .NET team would pick instead: ML.NET's field-aware factorization machine, fitted each night, and the same DeepFM on tables in a
/// <c>ConcurrentDictionary</c>.
/// </summary>
/// <param name="log">The events.</param>
/// <param name="options">Seeds and sizes.</param>
internal sealed class AlternativesExperiment(EventLog log, ExperimentOptions options) : LogExperiment(log, options)
{
    private const string Own = "this library, online", Dictionary = "the same DeepFM, rows in a dictionary",
        Nightly = "ML.NET, fitted each night";
    private const int NightlySeeds = 3;
    private const double HistoryShare = 0.5;

    private int First => (int)(Log.Count * HistoryShare);

    /// <inheritdoc />
    public override string Name => "alternatives";

    /// <inheritdoc />
    public override bool MeasuresTime => true;

    /// <inheritdoc />
    public override IReadOnlyList<Trial> Trials() =>
    [
        .. EachSeed(Own, OwnAsync),
        .. EachSeed(Dictionary, DictionaryAsync),
        .. EachSeed(Nightly, NightlyAsync).Take(NightlySeeds),
    ];

    /// <inheritdoc />
    public override ExperimentReport Report(ResultTable results)
    {
        var table = new MarkdownTable(
            $"The second half of the stream; the model learns all of it online, or is fitted each night on the last thirty days. "
            + $"{Options.Seeds} seeds, of ML.NET {Math.Min(NightlySeeds, Options.Seeds)}; one run at a time. "
            + "Bytes are those of the tables; "
            + "of the dictionary what its rows free, and of ML.NET how much the heap had grown after a fit, at most, its data included.",
            "what", "AUC", "log-loss", "seconds", "bytes", "allocated", "pauses of the collector", "full collections");
        foreach (var arm in new[] { Own, Dictionary, Nightly })
        {
            table.Add(arm, results.Of(arm, "AUC").Format("F4"), results.Of(arm, "log-loss").Format("F4"),
                Number(results, arm, "seconds", "F1"),
                Bytes.Format((long)results.Of(arm, "bytes").Mean), Bytes.Format((long)results.Of(arm, "allocated").Mean),
                Number(results, arm, "pauses in ms", "N0") + " ms", Number(results, arm, "full collections", "N1"));
        }
        return new([table], new Dictionary<string, LinePlot> { ["alternatives"] = Plot(results) });
    }

    private LinePlot Plot(ResultTable results) => new(
        $"AUC over time: {Log.Description}", $"{Measured.Windows}ths of the second half of the stream", "AUC",
        [
            .. new[] { Own, Dictionary, Nightly }.Select(arm => new Series(arm,
            [
                .. Enumerable.Range(1, Measured.Windows).Select(window => (X: window, Y: results.Of(arm, Measured.Window(window))))
                    .Select(point => ((double)point.X, point.Y.Mean, point.Y.StandardError)),
            ])),
        ]);

    private async Task<IReadOnlyDictionary<string, double>> OwnAsync(ulong seed, CancellationToken cancellationToken)
    {
        var (measured, scores) = (new Measured(), new ScoreLog());
        var setup = new LearnerOptions { Model = Options.Model with { Seed = seed }, Scored = scores.Add };
        await using var learner = new Learner(OwnRows, EventSequence.Of(.., Log.Count), setup);
        await learner.LearnToAsync(Log.Count, cancellationToken);
        return measured.Figures(scores.From(First), learner.Tables.MemoryBytes);
    }

    private async Task<IReadOnlyDictionary<string, double>> DictionaryAsync(ulong seed, CancellationToken cancellationToken)
    {
        var scores = new ScoreLog();
        var measured = new Measured();
        var settings = Options.Model with { Seed = seed };
        var schema = new LogSchema(OwnRows, settings);
        var tables = new DictionaryTableSet(schema.Schema, seed);
        using var model = new DeepFm(schema.Schema, new DeepFmOptions
        {
            Optimizer = new AdagradOptions { LearningRate = settings.DenseRate },
            Hidden = [.. settings.Hidden],
            Seed = seed,
            MaxDegreeOfParallelism = 1,
        });
        var source = EventSequence.Of(.., Log.Count).Open(schema.Encoder, settings.BatchSize);
        await using var trainer = new OnlineTrainer(
            tables, model, source, new OnlineTrainerOptions { MaxDegreeOfParallelism = 1, Scored = scores.Add });
        await trainer.RunAsync(cancellationToken: cancellationToken);
        var figures = measured.Figures(scores.From(First), bytes: 0);
        // The collections that tell the bytes are not the table's.
        figures["bytes"] = tables.Drop();
        return figures;
    }

    private Task<IReadOnlyDictionary<string, double>> NightlyAsync(ulong seed, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyDictionary<string, double>>(() =>
        {
            var (measured, scores) = (new Measured(), new ScoreLog());
            var nightly = new NightlyFactorization(Log, Options.Model.Dimension, (int)seed);
            nightly.Run(First, scores, cancellationToken);
            return measured.Figures(scores, nightly.MostBytes);
        }, cancellationToken);

    private static string Number(ResultTable results, string arm, string figure, string format) =>
        results.Of(arm, figure).Mean.ToString(format, CultureInfo.InvariantCulture);
}
