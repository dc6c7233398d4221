using Monolith.Embeddings.Admission;
using Monolith.Embeddings.TestKit.Support;

namespace Monolith.Embeddings.TestKit;

/// <summary>What tables expect of an <see cref="AdmissionFilter"/>.</summary>
/// <param name="create">Makes a filter that has seen nothing, with the options to be checked; each call a new one.</param>
public class AdmissionFilterContract(Func<AdmissionFilter> create) : PlugInContract
{
    /// <summary>
    /// Whether the filter forgets by event time. Default true; false for one that forgets by other means, such as a sketch that holds the newest ids.
    /// </summary>
    public bool ForgetsByTime { get; init; } = true;

    /// <inheritdoc />
    public override IEnumerable<ContractCheck> Checks =>
    [
        new("The name is not empty and never changes", NameIsStable),
        new("The same questions get the same answers", AnswersAreFunctions),
        new("Looking changes nothing", LookingChangesNothing),
        new("Ids do not disturb each other", IdsAreIndependent),
        new("An id is not admitted before its explanation says so", ExplanationsAreTrue),
        new("An id that got its row starts again as new", DroppedIdsStartAgain),
        new("A filter that was saved and loaded goes on as if nothing had happened", LoadedFiltersGoOn),
        new("A malformed record is refused", MalformedRecordsAreRefused),
        new("A pending id takes no more memory", PendingIdsTakeNoMemory),
        new("Counts and bytes are never negative", SizesAreNotNegative),
        new("A cleared filter is as new", ClearedFiltersAreNew),
        new("A filter that forgets everything is as new", ForgettingEverythingIsNew),
        new("Ids seen later than a time are not forgotten", ForgettingSparesOthers),
        new("Any count can be asked for", AnyCountIsTaken),
        new("A filter can be disposed of twice", DisposingTwiceIsHarmless),
    ];

    private void NameIsStable()
    {
        using var filter = create();
        using var another = create();
        var name = filter.Name;
        Answers(filter);
        CheckName(name, filter.Name, another.Name);
    }

    private void AnswersAreFunctions()
    {
        using var filter = create();
        using var another = create();
        Expect.SameAnswers(Answers(filter), Answers(another), "asked of another instance");
    }

    private void LookingChangesNothing()
    {
        using var filter = create();
        using var observed = create();
        var expected = Answers(filter);
        for (var i = 0; i < expected.Length; i++)
        {
            foreach (var id in AdmissionQuestion.Ids) Expect.Same(Look(observed, id), Look(observed, id), $"a second look at id {id}");
            Expect.Same(expected[i], AdmissionQuestion.All[i].AskOf(observed), $"question {i} of a filter that is looked at");
        }
    }

    private void IdsAreIndependent()
    {
        using var filter = create();
        var together = Answers(filter);
        foreach (var id in AdmissionQuestion.Ids)
        {
            using var alone = create();
            for (var i = 0; i < together.Length; i++)
            {
                if (AdmissionQuestion.All[i].Id == id)
                    Expect.Same(AdmissionQuestion.All[i].AskOf(alone), together[i], $"question {i}, by id {id}, together with {AdmissionQuestion.Ids.Count - 1} other ids");
            }
        }
    }

    private void ExplanationsAreTrue()
    {
        using var filter = create();
        foreach (var question in AdmissionQuestion.All)
        {
            var before = filter.Explain(question.Id);
            var admitted = question.AskOf(filter);
            if (before is not { } told) continue;
            Expect.That(told is { Occurrences: >= 0, Threshold: >= 1 }, $"occurrences of 0 or more and a threshold of 1 or more were expected, but it is {told}");
            Expect.That(!admitted || told.Occurrences + question.Count >= told.Threshold,
                $"id {question.Id} had {told.Occurrences} of {told.Threshold} occurrences and {question.Count} more; it was not expected to be admitted, but was");
        }
    }

    private void DroppedIdsStartAgain()
    {
        using var filter = create();
        using var fresh = create();
        foreach (var question in AdmissionQuestion.All)
        {
            if (!question.AskOf(filter)) continue;
            Expect.Same(fresh.Explain(question.Id), filter.Explain(question.Id), $"the explanation of id {question.Id} after it got its row");
            Expect.Same(fresh.IsPending(question.Id), filter.IsPending(question.Id), $"whether id {question.Id} is pending after it got its row");
        }
    }

    private void LoadedFiltersGoOn()
    {
        using var filter = create();
        using var loaded = create();
        var half = AdmissionQuestion.All.Count / 2;
        foreach (var question in AdmissionQuestion.All.Take(half)) question.AskOf(filter);
        new SavedRecords(filter).LoadInto(loaded);
        Expect.Same(filter.PendingCount, loaded.PendingCount, "the pending ids of a loaded filter");
        foreach (var question in AdmissionQuestion.All.Skip(half)) Expect.Same(question.AskOf(filter), question.AskOf(loaded), $"{question}, of a loaded filter");
    }

    private void MalformedRecordsAreRefused()
    {
        using var filter = create();
        byte[][] malformed = [[], [255], [255, 255, 255], [.. Enumerable.Repeat((byte)255, 1021)]];
        foreach (var record in malformed)
        {
            try
            {
                filter.Load(AdmissionContext.MixedId(1), record);
            }
            catch (InvalidDataException)
            {
                Expect.Same(0, filter.PendingCount, "the pending ids after a record was refused");
                continue;
            }
            Expect.That(false, $"an {nameof(InvalidDataException)} was expected for a record of {record.Length} bytes that nobody wrote, but there was none");
        }
    }

    private void PendingIdsTakeNoMemory()
    {
        using var filter = create();
        foreach (var question in AdmissionQuestion.All)
        {
            var (pending, bytes) = (filter.IsPending(question.Id), filter.Bytes);
            question.AskOf(filter);
            if (!pending) continue;
            Expect.That(filter.Bytes <= bytes, $"{bytes} bytes at most were expected after asking for a pending id, but it is {filter.Bytes}");
        }
    }

    private void SizesAreNotNegative()
    {
        using var filter = create();
        Expect.Same(0, filter.PendingCount, "the pending ids of a new filter");
        foreach (var question in AdmissionQuestion.All)
        {
            question.AskOf(filter);
            Expect.That(filter.PendingCount >= 0, $"0 pending ids or more were expected, but there are {filter.PendingCount}");
            Expect.That(filter.Bytes >= 0, $"0 bytes or more were expected, but it is {filter.Bytes}");
        }
    }

    private void ClearedFiltersAreNew()
    {
        using var filter = create();
        using var fresh = create();
        (AdmissionQuestion.All[0] with { Count = 1 }).AskOf(fresh);
        var bytes = fresh.Bytes;
        fresh.Clear();
        Answers(filter);
        filter.Clear();
        // A filter may keep what its first id took.
        Expect.That(filter.Bytes <= bytes, $"{bytes} bytes at most were expected of a cleared filter, as with one id, but it is {filter.Bytes}");
        CheckNew(filter, "cleared");
    }

    private void ForgettingEverythingIsNew()
    {
        if (!ForgetsByTime) return;
        using var filter = create();
        Answers(filter);
        filter.Forget(AdmissionQuestion.All[^1].EventTime);
        CheckNew(filter, "that forgot all times");
    }

    private void ForgettingSparesOthers()
    {
        using var filter = create();
        using var forgetting = create();
        var questions = AdmissionQuestion.All;
        var lastAsked = new Dictionary<long, uint>();
        for (var i = 0; i < questions.Count; i++)
        {
            // Up to just before the time when the id that is waiting longest was last seen.
            if (i % 20 == 19) forgetting.Forget(lastAsked.Values.Min() - 1);
            lastAsked[questions[i].Id] = questions[i].EventTime;
            Expect.Same(questions[i].AskOf(filter), questions[i].AskOf(forgetting), $"question {i}, by an id seen later than what was forgotten");
        }
    }

    private void AnyCountIsTaken()
    {
        using var filter = create();
        foreach (var id in AdmissionQuestion.Ids)
        {
            for (var i = 0; i < 4; i++)
            {
                new AdmissionQuestion(id, int.MaxValue, uint.MaxValue, long.MaxValue).AskOf(filter);
                new AdmissionQuestion(id, 1, 0, 0).AskOf(filter);
            }
        }
        Expect.That(filter.PendingCount >= 0, $"0 pending ids or more were expected, but there are {filter.PendingCount}");
    }

    private void DisposingTwiceIsHarmless()
    {
        var filter = create();
        Answers(filter);
        filter.Dispose();
        filter.Dispose();
    }

    private void CheckNew(AdmissionFilter filter, string how)
    {
        Expect.Same(0, filter.PendingCount, $"the pending ids of a filter {how}");
        using var fresh = create();
        Expect.SameAnswers(Answers(fresh), Answers(filter), $"asked of a filter {how}");
    }

    private static bool[] Answers(AdmissionFilter filter) => [.. AdmissionQuestion.All.Select(question => question.AskOf(filter))];

    private static (AdmissionProgress?, bool, long, long) Look(AdmissionFilter filter, long id) =>
        (filter.Explain(id), filter.IsPending(id), filter.PendingCount, filter.Bytes);
}
