using System.Globalization;
using Experiments.Data;
using Experiments.Ids;
using Experiments.Learning;
using Experiments.Reporting;
using Experiments.Trials;

namespace Experiments.Collisions;

/// <summary>
/// Section 3.2.1: what it costs that values share rows. Collisionless tables beside hashed ones, in which 3 to 80 % of the values are
/// expected to have no row of their own, and beside the quotient-remainder trick.
/// </summary>
internal sealed class CollisionExperiment : LogExperiment
{
    private const string Collisionless = "collisionless", QuotientRemainder = "quotient-remainder";

    // The paper's own tables have 7.7 % (users) and 2.9 % (films).
    private static readonly double[] Shares = [0.03, 0.08, 0.25, 0.5, 0.8];

    private readonly SlotIndexes _indexes;
    private readonly List<CollisionArm> _arms;

    /// <summary>Prepares the schemes.</summary>
    public CollisionExperiment(EventLog log, ExperimentOptions options)
        : base(log, options)
    {
        _indexes = new SlotIndexes(log);
        _arms = [new CollisionArm(Collisionless, 0, OwnRows, IsHashed: false, slot => _indexes.Count(slot))];
        if (_indexes.HashedSlots.Count == 0)
            throw new InvalidDataException($"{log.Description}: no slot has enough different values to be hashed.");
        foreach (var share in Shares)
        {
            var rows = new Md5Rows(_indexes, values => HashedTableSize.RowsFor(values, share));
            _arms.Add(new CollisionArm(NameOf(share), share, new LogRows(log, rows), IsHashed: true, slot => rows.Distinct(slot)));
        }
        var trick = new QuotientRemainderRows(_indexes, 0.25);
        _arms.Add(new CollisionArm(QuotientRemainder, 0, new LogRows(log, trick), IsHashed: false, trick.RowCount));
    }

    /// <inheritdoc />
    public override string Name => "collisions";

    /// <inheritdoc />
    public override string Setup => $"{base.Setup}; epochs {Options.Epochs}; uncounted {Options.UncountedShare}";

    /// <inheritdoc />
    public override IReadOnlyList<Trial> Trials() =>
    [
        .. _arms.SelectMany(arm => EachSeed(arm.Name, (seed, cancellation) =>
            new CollisionTrial(arm.Rows, Options, Options.Model with { Seed = seed }).RunAsync(cancellation))),
    ];

    /// <inheritdoc />
    public override ExperimentReport Report(ResultTable results) => new(
        [SharesTable(), EpochTable(results), OnlineTable(results)],
        new Dictionary<string, LinePlot>
        {
            ["collisions"] = LossPlot(results),
            ["collisions-epochs"] = EpochPlot(results),
            ["collisions-online"] = OnlinePlot(results),
        });

    private static string NameOf(double share) => string.Create(CultureInfo.InvariantCulture, $"hashed, {share:P0}");

    private MarkdownTable SharesTable()
    {
        var slots = _indexes.HashedSlots;
        var table = new MarkdownTable(
            "Values, and how many different rows they have.", ["arm", .. slots.Select(slot => Log.Slots[slot].Name), "1 - distinct / n"]);
        foreach (var arm in _arms)
        {
            var lost = slots.Select(slot => 1 - (double)arm.Distinct(slot) / _indexes.Count(slot));
            var share = arm.IsHashed ? string.Join(", ", lost.Select(Percent)) : "0 (no two have one vector)";
            table.Add([arm.Name, .. slots.Select(slot => Count(arm.Distinct(slot))), share]);
        }
        return table;
    }

    private MarkdownTable EpochTable(ResultTable results)
    {
        var table = new MarkdownTable(
            $"Test AUC by epoch, {Options.Seeds} seeds, mean ± standard error; the best epoch of each, and by how much the collisionless "
            + "table's best is above, seed by seed.",
            "arm", "epoch 1", $"epoch {Options.Epochs}", "best epoch", "AUC there", "collisionless above by", "in seeds");
        var best = Best(results, Collisionless);
        foreach (var arm in _arms)
        {
            var own = Best(results, arm.Name);
            var above = results.Difference((Collisionless, best), (arm.Name, own));
            var isFirst = arm.Name == Collisionless;
            table.Add(arm.Name, results.Of(arm.Name, CollisionTrial.Epoch(1)).Format("F4"),
                results.Of(arm.Name, CollisionTrial.Epoch(Options.Epochs)).Format("F4"), own, results.Of(arm.Name, own).Format("F4"),
                isFirst ? "-" : above.FormatDifference(),
                isFirst ? "-" : $"{results.Wins((Collisionless, best), (arm.Name, own))} of {Options.Seeds}");
        }
        return table;
    }

    private MarkdownTable OnlineTable(ResultTable results)
    {
        var table = new MarkdownTable(
            $"Online: each event is predicted before it is learned; AUC behind the first {Options.UncountedShare:P0} of the events.",
            "arm", "rows", "AUC", "collisionless above by", "in seeds");
        foreach (var arm in _arms)
        {
            var isFirst = arm.Name == Collisionless;
            table.Add(arm.Name, Count((long)results.Values(arm.Name, "rows")[0]), results.Of(arm.Name, "online").Format("F4"),
                isFirst ? "-" : results.Difference(Collisionless, arm.Name, "online").FormatDifference(),
                isFirst ? "-" : $"{results.Wins((Collisionless, "online"), (arm.Name, "online"))} of {Options.Seeds}");
        }
        return table;
    }

    private LinePlot LossPlot(ResultTable results)
    {
        Series Line(string name, Func<CollisionArm, bool> belongs, Func<string, string> figure) => new(name,
        [
            .. _arms.Where(belongs).Select(arm => (X: RowsPerValue(arm),
                Y: results.Difference((Collisionless, figure(Collisionless)), (arm.Name, figure(arm.Name)))))
                .Select(point => (point.X, point.Y.Mean, point.Y.StandardError)),
        ]);
        string Best(string arm) => this.Best(results, arm);
        string Online(string arm) => "online";
        bool IsTrick(CollisionArm arm) => arm.Name == QuotientRemainder;
        return new LinePlot($"What shared rows cost: {Log.Description}", "different rows, % of the values",
            "AUC below a row a value",
            [
                Line("hashed, online", arm => !IsTrick(arm), Online), Line("hashed, best epoch", arm => !IsTrick(arm), Best),
                Line("quotient-remainder, online", IsTrick, Online), Line("quotient-remainder, best epoch", IsTrick, Best),
            ]);
    }

    private double RowsPerValue(CollisionArm arm)
    {
        var slots = _indexes.HashedSlots;
        return 100.0 * slots.Sum(arm.Distinct) / slots.Sum(_indexes.Count);
    }

    private LinePlot EpochPlot(ResultTable results) => new(
        $"Test AUC by epoch: {Log.Description}", "epoch", "AUC", Lines(results, Options.Epochs, CollisionTrial.Epoch));

    private LinePlot OnlinePlot(ResultTable results) => new(
        $"Progressive AUC, each event predicted before it is learned: {Log.Description}",
        $"{CollisionTrial.Windows}ths of the stream", "AUC", Lines(results, CollisionTrial.Windows, CollisionTrial.Window));

    // The smallest shares lie on one another.
    private List<Series> Lines(ResultTable results, int count, Func<int, string> figure) =>
    [
        .. _arms.Where(arm => arm.Name != NameOf(0.03)).Select(arm => new Series(arm.Name,
        [
            .. Enumerable.Range(1, count).Select(x => (x, y: results.Of(arm.Name, figure(x))))
                .Select(point => ((double)point.x, point.y.Mean, point.y.StandardError)),
        ])),
    ];

    private string Best(ResultTable results, string arm) =>
        Enumerable.Range(1, Options.Epochs).Select(CollisionTrial.Epoch).MaxBy(figure => results.Of(arm, figure).Mean)!;

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double value) => value.ToString("P1", CultureInfo.InvariantCulture);
}
