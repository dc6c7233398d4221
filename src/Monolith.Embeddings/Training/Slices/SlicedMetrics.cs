using System.Globalization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Training.Metrics;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Slices;

/// <summary>Metrics of each slice of a slot: of the window and in total, a task each. Not thread-safe.</summary>
internal sealed class SlicedMetrics
{
    // A slice in 64 KB, with areas eight times as coarse as those of all examples.
    private const int BinsPerUnit = 128, Version = 1;

    private readonly FeatureSchema _schema;
    private readonly Slicing _slicing;
    private readonly bool _asServed;
    private readonly MetricsAccumulator[][] _window, _total;

    /// <param name="schema">Says which tasks there are.</param>
    /// <param name="slicing">Says which slices there are.</param>
    /// <param name="asServed">See <see cref="MetricsOptions.AsServed"/>.</param>
    public SlicedMetrics(FeatureSchema schema, Slicing slicing, bool asServed = false)
    {
        (_schema, _slicing, _asServed) = (schema, slicing, asServed);
        _window = Create();
        _total = Create();
    }

    private const string TotalsName = "metrics-slices", SlicingName = "metrics-slicing";

    /// <summary>The section of a commit that holds its totals; by place, since names may be as long as those of sections.</summary>
    private string TotalsSection => $"{TotalsName}:{_slicing.By}:{_slicing.Slot.Index}";

    /// <summary>The section that holds what tells slices apart.</summary>
    private string SlicingSection => $"{SlicingName}:{_slicing.By}:{_slicing.Slot.Index}";

    /// <summary>Whether a section of a commit is one of sliced metrics.</summary>
    public static bool IsSection(string name) => name.Split(':') is [TotalsName or SlicingName, _, _];

    /// <summary>What such a section is called where its slot has another place.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="placeOf">Gives the new place of a slot; negative where it is gone.</param>
    /// <returns>The new name; null where the slot is gone.</returns>
    public static string? Moved(string name, Func<int, int> placeOf)
    {
        var at = name.LastIndexOf(':') + 1;
        var place = int.TryParse(name.AsSpan(at), NumberStyles.None, CultureInfo.InvariantCulture, out var was) ? placeOf(was) : -1;
        return place < 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{name.AsSpan(0, at)}{place}");
    }

    /// <summary>Says which slices a batch falls into. Before it is learned.</summary>
    public void Assign(ExampleBatch batch) => _slicing.Assign(batch);

    /// <summary>Scores the batch that was assigned.</summary>
    public void Add(ExampleBatch batch, ReadOnlySpan<float> logits)
    {
        // By place, since enumerating a list through its interface would allocate.
        for (var i = 0; i < _window.Length; i++)
            ScoredRows.Visit(_schema.Tasks[i], batch, logits, _asServed, new BySlice(_slicing.Slices, _window[i], _total[i]));
        _slicing.Advance(batch.Rows);
    }

    /// <summary>Adds the slices of a task that have been seen to a list.</summary>
    public void AddTo(List<MetricsSlice> slices, LabelTask task)
    {
        for (var slice = 0; slice < _slicing.Count; slice++)
        {
            slices.Add(new()
            {
                Slot = _slicing.Slot.Name,
                Name = _slicing.NameOf(slice),
                Window = _window[task.Index][slice].Summarize(),
                Total = _total[task.Index][slice].Summarize(),
                CountError = _slicing.CountError,
            });
        }
    }

    public void ClearWindow()
    {
        foreach (var task in _window)
        {
            foreach (var slice in task) slice.Clear();
        }
    }

    /// <summary>Puts the totals, and what tells slices apart, into the sections of a commit.</summary>
    public void Save(IDictionary<string, ReadOnlyMemory<byte>> sections)
    {
        sections[TotalsSection] = SaveTotals();
        if (_slicing.Save() is { } slicing) sections[SlicingSection] = slicing;
    }

    /// <summary>Takes them from the sections of a commit, where they are there.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public void Load(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections)
    {
        if (sections.TryGetValue(TotalsSection, out var totals)) LoadTotals(totals.Span);
        if (sections.TryGetValue(SlicingSection, out var slicing)) _slicing.Load(slicing.Span);
    }

    /// <summary>Writes the totals.</summary>
    internal byte[] SaveTotals()
    {
        var fields = new FieldWriter();
        fields.Int32(Version);
        fields.Int32(_slicing.MaxSlices);
        fields.Int32(_total.Length);
        fields.List(_slicing.Marks, static (to, id) => to.Int64(id));
        foreach (var task in _total)
        {
            foreach (var slice in task) slice.Save(fields);
        }
        return fields.Written.ToArray();
    }

    /// <summary>Reads what <see cref="SaveTotals"/> wrote; where that was of other slices, nothing.</summary>
    /// <exception cref="InvalidDataException">These are no bytes of slices.</exception>
    internal void LoadTotals(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var fields = new FieldReader(bytes);
            var version = fields.Int32();
            if (version != Version) throw new FormatException($"They are of version {version}; known is {Version}.");
            var (slices, tasks) = (fields.Int32(), fields.Int32());
            if (slices != _slicing.MaxSlices || tasks != _total.Length) return;
            var marks = fields.List(slices, "slices", static (ref FieldReader reader) => reader.Int64());
            if (!_slicing.GoOn(marks)) return;
            foreach (var task in _total)
            {
                foreach (var slice in task) slice.Load(ref fields);
            }
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"The metrics of slices cannot be read. {exception.Message}", exception);
        }
    }

    private MetricsAccumulator[][] Create() =>
    [
        .. _schema.Tasks.Select(_ => Enumerable.Range(0, _slicing.MaxSlices).Select(_ => new MetricsAccumulator(0, BinsPerUnit)).ToArray()),
    ];
}
