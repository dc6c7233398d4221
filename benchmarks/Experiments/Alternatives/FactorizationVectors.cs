using Experiments.Data;
using Microsoft.ML.Data;
using Monolith.Embeddings.Features;

namespace Experiments.Alternatives;

/// <summary>
/// Numbers the values of the events that a machine is fitted on, slot by slot, and writes events as vectors. A value that was not among
/// them is left out.
/// </summary>
internal sealed class FactorizationVectors
{
    private readonly EventLog _log;
    private readonly Dictionary<long, int>[] _places;
    private readonly List<SlotValue> _values = [];

    /// <summary>Numbers values.</summary>
    /// <param name="log">The events.</param>
    /// <param name="fitted">Those that the machine is fitted on.</param>
    /// <exception cref="InvalidDataException">The log has more slots than there is room for.</exception>
    public FactorizationVectors(EventLog log, IEnumerable<int> fitted)
    {
        if (log.Slots.Count > FactorizationRow.MaxSlots)
            throw new InvalidDataException(
                $"{log.Name} has {log.Slots.Count} slots; this comparison is for {FactorizationRow.MaxSlots} at most.");
        (_log, _places) = (log, [.. Enumerable.Range(0, FactorizationRow.MaxSlots).Select(_ => new Dictionary<long, int>())]);
        foreach (var place in fitted)
        {
            foreach (var value in ValuesOf(place)) _places[value.Slot].TryAdd(value.Value, _places[value.Slot].Count);
        }
    }

    /// <summary>The names of the columns of vectors.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        [.. Enumerable.Range(0, FactorizationRow.MaxSlots).Select(slot => $"Slot{slot}")];

    /// <summary>The columns with the lengths of their vectors.</summary>
    public SchemaDefinition Schema()
    {
        var schema = SchemaDefinition.Create(typeof(FactorizationRow));
        for (var slot = 0; slot < FactorizationRow.MaxSlots; slot++)
            schema[Columns[slot]].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Length(slot));
        return schema;
    }

    /// <summary>An event as a row.</summary>
    public FactorizationRow Row(int place)
    {
        var values = ValuesOf(place);
        return new FactorizationRow
        {
            Label = _log.LabelOf(place),
            Slot0 = Vector(values, 0),
            Slot1 = Vector(values, 1),
            Slot2 = Vector(values, 2),
            Slot3 = Vector(values, 3),
            Slot4 = Vector(values, 4),
        };
    }

    private VBuffer<float> Vector(List<SlotValue> values, int slot)
    {
        int[] places = [.. values.Where(value => value.Slot == slot).Select(value => _places[slot].GetValueOrDefault(value.Value, -1))
            .Where(place => place >= 0).Distinct().Order()];
        var isMean = slot < _log.Slots.Count && _log.Slots[slot].Pooling == Pooling.Mean;
        float[] weights = [.. places.Select(_ => isMean ? 1f / places.Length : 1)];
        return new VBuffer<float>(Length(slot), places.Length, weights, places);
    }

    private int Length(int slot) => Math.Max(1, _places[slot].Count);

    private List<SlotValue> ValuesOf(int place)
    {
        _values.Clear();
        _log.ValuesOf(place, _values);
        return _values;
    }
}
