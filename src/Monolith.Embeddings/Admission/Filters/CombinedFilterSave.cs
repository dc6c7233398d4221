namespace Monolith.Embeddings.Admission.Filters;

/// <summary>The saves of filters that decide together, one after the other.</summary>
internal sealed class CombinedFilterSave : FilterSave
{
    private readonly List<FilterSave> _saves = [];
    private int _next;

    /// <summary>Adds the save of a member; null where it has written everything.</summary>
    public void Add(FilterSave? save)
    {
        if (save is not null) _saves.Add(save);
    }

    public override bool WriteNext()
    {
        if (_next < _saves.Count && !_saves[_next].WriteNext()) _next++;
        return _next < _saves.Count;
    }

    public override void Dispose()
    {
        foreach (var save in _saves) save.Dispose();
    }
}
