namespace PositiveOnly.NewItems;

/// <summary>
/// How items that were first chosen in a span are told apart and found in their first impressions, each before it is learned.
/// </summary>
internal sealed class NewItemScores
{
    /// <summary>How many impressions of a new item count.</summary>
    public const int Impressions = 10;

    private long _pairsOfFirst, _pairs, _pairsOfKnown, _ranked, _found, _foundInTwoSteps;
    private double _wonByFirst, _won, _wonByKnown;

    /// <summary>How many new items there are.</summary>
    public long Items { get; private set; }

    /// <summary>How many of their impressions were ranked: from the second to the tenth.</summary>
    public long Ranked => _ranked;

    /// <summary>How often the item was scored above one that was drawn beside it; equal scores count half.</summary>
    public double Auc => _won / _pairs;

    /// <summary>The same for the very first impressions.</summary>
    public double AucOfFirst => _wonByFirst / _pairsOfFirst;

    /// <summary>
    /// The other side: how often a known item that was chosen was scored above a new one that was drawn beside it. It falls where new items
    /// are scored higher without being told apart better.
    /// </summary>
    public double AucOfKnown => _wonByKnown / _pairsOfKnown;

    /// <summary>
    /// How often it was among the 20 best of all items that had a row, by the dot product; from the second impression on, since an item has
    /// no row before its first.
    /// </summary>
    public double Recall => (double)_found / _ranked;

    /// <summary>The same, where the best 200 are predicted with their kinds, and the best of these taken.</summary>
    public double RecallInTwoSteps => (double)_foundInTwoSteps / _ranked;

    /// <summary>Adds what an item was scored, and those that were drawn beside it.</summary>
    public void AddScores(bool isFirst, float chosen, ReadOnlySpan<float> drawn)
    {
        if (isFirst) Items++;
        foreach (var other in drawn)
        {
            var won = chosen > other ? 1 : chosen == other ? 0.5 : 0;
            (_won, _pairs) = (_won + won, _pairs + 1);
            if (isFirst) (_wonByFirst, _pairsOfFirst) = (_wonByFirst + won, _pairsOfFirst + 1);
        }
    }

    /// <summary>Adds what a known item that was chosen was scored, and a new one that was drawn beside it.</summary>
    public void AddDrawn(float chosen, float drawn) =>
        (_wonByKnown, _pairsOfKnown) = (_wonByKnown + (chosen > drawn ? 1 : chosen == drawn ? 0.5 : 0), _pairsOfKnown + 1);

    /// <summary>Adds whether an item was found.</summary>
    public void AddRank(bool isFound, bool isFoundInTwoSteps)
    {
        _ranked++;
        if (isFound) _found++;
        if (isFoundInTwoSteps) _foundInTwoSteps++;
    }
}
