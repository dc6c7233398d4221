using Monolith.Embeddings.Datasets;
using OnlineTraining.Data;

namespace Experiments.Data;

/// <summary>
/// Displays of advertisements in the order of the file, which tells no time: the events are spread evenly over seven days, which the
/// paper's file spans. Positive is a click. An integer is a value of its order of magnitude; an empty field is none.
/// </summary>
internal sealed class CriteoLog : EventLog
{
    private const int Days = 7;

    private static readonly DateTimeOffset Start = new(2014, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Flat, and no wider than needed: the whole file has 45 million lines.
    private readonly List<uint> _categories = [];
    private readonly List<ushort> _magnitudes = [];
    private readonly List<ulong> _present = [];
    private readonly List<bool> _labels = [];

    /// <summary>Keeps displays.</summary>
    /// <param name="displays">The displays, in their order.</param>
    public CriteoLog(IEnumerable<CriteoExample> displays)
    {
        foreach (var display in displays) Add(display);
    }

    /// <inheritdoc />
    public override string Name => "Criteo";

    /// <inheritdoc />
    public override string Description => $"{Name}, {Count:N0} displays, positive: a click";

    /// <inheritdoc />
    public override int Count => _labels.Count;

    /// <inheritdoc />
    public override IReadOnlyList<SlotSpec> Slots { get; } =
    [
        .. Enumerable.Range(1, CriteoExample.IntegerCount).Select(i => new SlotSpec($"I{i}")),
        .. Enumerable.Range(1, CriteoExample.CategoryCount).Select(i => new SlotSpec($"C{i}")),
    ];

    /// <inheritdoc />
    public override DateTimeOffset TimeOf(int place) => Start + TimeSpan.FromDays(Days) * ((double)place / Count);

    /// <inheritdoc />
    public override bool LabelOf(int place) => _labels[place];

    /// <inheritdoc />
    public override void ValuesOf(int place, List<SlotValue> values)
    {
        for (var slot = 0; slot < Slots.Count; slot++)
        {
            if ((_present[place] >> slot & 1) != 0) values.Add(new SlotValue(slot, ValueOf(place, slot)));
        }
    }

    private long ValueOf(int place, int slot) => slot < CriteoExample.IntegerCount
        ? _magnitudes[place * CriteoExample.IntegerCount + slot]
        : _categories[place * CriteoExample.CategoryCount + slot - CriteoExample.IntegerCount];

    private void Add(CriteoExample display)
    {
        var present = 0UL;
        for (var i = 0; i < CriteoExample.IntegerCount; i++)
        {
            var value = display.Integer(i);
            if (value is not null) present |= 1UL << i;
            _magnitudes.Add((ushort)CriteoDataset.Magnitude(value ?? 0));
        }
        for (var i = 0; i < CriteoExample.CategoryCount; i++)
        {
            var value = display.Category(i);
            if (value is not null) present |= 1UL << (CriteoExample.IntegerCount + i);
            _categories.Add((uint)(value ?? 0));
        }
        _present.Add(present);
        _labels.Add(display.Clicked);
    }
}
