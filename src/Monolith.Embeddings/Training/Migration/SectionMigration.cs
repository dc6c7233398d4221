using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>
/// Puts the numbers of one section of a model where they belong in the section of another. A place of an axis comes from the place of the
/// range of the same name; numbers are kept whose places on all axes come from somewhere.
/// </summary>
internal sealed class SectionMigration
{
    private readonly ModelSectionLayout _to;
    private readonly bool _areWeights;
    private readonly int[][] _from;
    private readonly int[] _strides;

    /// <param name="from">What the old numbers belong to.</param>
    /// <param name="to">What the new ones belong to.</param>
    /// <param name="names">For the name of a range of the new section, that of the old one; empty where there is none.</param>
    /// <param name="areWeights">Whether they are weights, of which some begin at zero; a state never does.</param>
    public SectionMigration(ModelSectionLayout from, ModelSectionLayout to, Func<string, string> names, bool areWeights)
    {
        (_to, _areWeights) = (to, areWeights);
        var isSame = from.Axes.Count == to.Axes.Count;
        _from = [.. to.Axes.Select((axis, i) => isSame ? PlacesOf(from.Axes[i], axis, names) : Nowhere(axis))];
        _strides = new int[to.Axes.Count];
        for (var (i, stride) = (_strides.Length - 1, 1); isSame && i >= 0; stride *= from.Axes[i].Length, i--) _strides[i] = stride;
    }

    /// <summary>How many numbers were kept.</summary>
    public long Kept { get; private set; }

    /// <summary>What is new on the axes, or has other places.</summary>
    public IEnumerable<string> New => _to.Axes.SelectMany((axis, i) => NewOf(axis, _from[i]));

    /// <summary>Whether each number has the place that it had, in a section of as many.</summary>
    public bool IsIdentity(ModelSectionLayout from) => from.Count == _to.Count && from.Tail == _to.Tail
        && _from.All(places => places.Select((place, i) => place == i).All(stays => stays));

    /// <summary>Copies what is kept; sets to zero what begins so; leaves the rest.</summary>
    /// <param name="from">The old numbers.</param>
    /// <param name="to">The new ones, as the model begins.</param>
    public void Run(ReadOnlySpan<float> from, Span<float> to)
    {
        var count = to.Length - _to.Tail;
        var places = new int[_from.Length];
        for (var i = 0; i < count; i++)
        {
            Take(from, ref to[i], places);
            for (var axis = places.Length - 1; axis >= 0 && ++places[axis] == _from[axis].Length; axis--) places[axis] = 0;
        }
        if (from.Length < _to.Tail) return;
        from[^_to.Tail..].CopyTo(to[count..]);
        Kept += _to.Tail;
    }

    private void Take(ReadOnlySpan<float> from, ref float number, int[] places)
    {
        var (at, isNew, isZero) = (0, false, _areWeights);
        for (var axis = 0; axis < places.Length; axis++)
        {
            var place = _from[axis][places[axis]];
            at += place * _strides[axis];
            isNew |= place < 0;
            isZero &= place >= 0 || _to.Axes[axis].BeginsAtZero;
        }
        if (!isNew)
        {
            number = from[at];
            Kept++;
        }
        else if (isZero) number = 0;
    }

    private static int[] PlacesOf(ModelSectionAxis from, ModelSectionAxis to, Func<string, string> names)
    {
        var starts = new Dictionary<string, (int Start, int Length)>(StringComparer.Ordinal);
        var start = 0;
        foreach (var range in from.Ranges)
        {
            starts[range.Name] = (start, range.Length);
            start += range.Length;
        }
        var places = new List<int>();
        foreach (var range in to.Ranges)
        {
            var (first, length) = starts.GetValueOrDefault(names(range.Name));
            for (var i = 0; i < range.Length; i++) places.Add(i < length ? first + i : -1);
        }
        return [.. places];
    }

    private static int[] Nowhere(ModelSectionAxis axis)
    {
        var places = new int[axis.Length];
        Array.Fill(places, -1);
        return places;
    }

    private static IEnumerable<string> NewOf(ModelSectionAxis axis, int[] places)
    {
        var start = 0;
        foreach (var range in axis.Ranges)
        {
            var count = places.AsSpan(start, range.Length).Count(-1);
            start += range.Length;
            if (count > 0) yield return count == range.Length ? range.Name : $"{count} of {range.Length} of {range.Name}";
        }
    }
}
