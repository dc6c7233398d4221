using Monolith.Embeddings.Admission;
using Monolith.Embeddings.TestKit.Support;

namespace Monolith.Embeddings.TestKit;

/// <summary>What tables expect of an <see cref="AdmissionFilter"/>.</summary>
/// <param name="create">Makes a filter that has seen nothing, with the options to be checked; each call a new one.</param>
public class AdmissionFilterContract(Func<AdmissionFilter> create) : PlugInContract
{
    /// <inheritdoc />
    public override IEnumerable<ContractCheck> Checks =>
    [
        new("The name is not empty and never changes", NameIsStable),
        new("The same questions get the same answers", AnswersAreFunctions),
        new("Looking changes nothing", LookingChangesNothing),
        new("Ids do not disturb each other", IdsAreIndependent),
        new("An id is not admitted before its explanation says so", ExplanationsAreTrue),
        new("An id that was admitted starts again as new", AdmittedIdsStartAgain),
        new("An id whose row could not be made is admitted again", AdmittedIdsStayAdmitted),
        new("A pending id takes no more memory", PendingIdsTakeNoMemory),
        new("Counts and bytes are never negative", SizesAreNotNegative),
        new("A cleared filter is as new", ClearedFiltersAreNew),
        new("A filter that forgets everything is as new", ForgettingEverythingIsNew),
        new("Ids seen later than a time are not forgotten", ForgettingSparesOthers),
        new("What was saved and loaded goes on as if it had not been", SavedFiltersGoOn),
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
                    Expect.Same(AdmissionQuestion.All[i].AskOf(alone), together[i],
                        $"question {i}, by id {id}, together with {AdmissionQuestion.Ids.Count - 1} other ids");
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
            Expect.That(told is { Occurrences: >= 0, Threshold: >= 1 },
                $"occurrences of 0 or more and a threshold of 1 or more were expected, but it is {told}");
            Expect.That(!admitted || told.Occurrences + question.Count >= told.Threshold,
                $"id {question.Id} had {told.Occurrences} of {told.Threshold} occurrences and {question.Count} more; it was not expected "
                + "to be admitted, but was");
        }
    }

    private void AdmittedIdsStartAgain()
    {
        using var filter = create();
        for (var i = 0; i < AdmissionQuestion.All.Count; i++)
        {
            var question = AdmissionQuestion.All[i];
            if (!question.AskOf(filter)) continue;
            using var fresh = create();
            Expect.Same(
                filter.Explain(question.Id), fresh.Explain(question.Id), $"the explanation of id {question.Id} after it was admitted");
            Expect.Same(
                filter.IsPending(question.Id), fresh.IsPending(question.Id), $"whether id {question.Id} is pending after it was admitted");
        }
    }

    // Without a row there is no Drop, and nothing else changes within the same step.
    private void AdmittedIdsStayAdmitted()
    {
        using var filter = create();
        foreach (var question in AdmissionQuestion.All)
        {
            var request = new AdmissionRequest
            {
                Id = question.Id,
                MixedId = AdmissionContext.MixedId(question.Id),
                Count = question.Count,
                EventTime = question.EventTime,
                Step = question.Step
            };
            if (!filter.Admit(in request)) continue;
            Expect.That(filter.Admit(in request),
                $"id {question.Id} was admitted and got no row; it was expected to be admitted when asked for again, but was not");
            filter.Drop(question.Id);
        }
    }

    private void PendingIdsTakeNoMemory()
    {
        using var filter = create();
        foreach (var question in AdmissionQuestion.All)
        {
            var (pending, count, bytes) = (filter.IsPending(question.Id), filter.PendingCount, filter.Bytes);
            question.AskOf(filter);
            if (!pending) continue;
            Expect.That(filter.PendingCount <= count,
                $"{count} pending ids at most were expected after asking for one of them, but there are {filter.PendingCount}");
            Expect.That(
                filter.Bytes <= bytes, $"{bytes} bytes at most were expected after asking for a pending id, but it is {filter.Bytes}");
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
        Expect.That(
            filter.Bytes <= bytes, $"{bytes} bytes at most were expected of a cleared filter, as with one id, but it is {filter.Bytes}");
        CheckNew(filter, "cleared");
    }

    private void ForgettingEverythingIsNew()
    {
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
        var lastAsked = new Dictionary<long, DateTimeOffset>();
        for (var i = 0; i < questions.Count; i++)
        {
            // Up to just before the time when the id that is waiting longest was last seen.
            if (i % 20 == 19) forgetting.Forget(lastAsked.Values.Min().AddSeconds(-1));
            lastAsked[questions[i].Id] = questions[i].EventTime;
            Expect.Same(
                questions[i].AskOf(filter), questions[i].AskOf(forgetting), $"question {i}, by an id seen later than what was forgotten");
        }
    }

    // A filter that saves nothing starts empty with its table.
    private void SavedFiltersGoOn()
    {
        using var filter = create();
        using var loaded = create();
        var (questions, records) = (AdmissionQuestion.All, new AdmissionRecords());
        for (var i = 0; i < questions.Count / 2; i++) questions[i].AskOf(filter);
        filter.Save(records);
        if (records.All.Count == 0) return;
        foreach (var (mixedId, record) in records.All) loaded.Load(mixedId, record);
        Expect.Same(filter.PendingCount, loaded.PendingCount, "the pending ids of a filter that was saved and loaded");
        for (var i = questions.Count / 2; i < questions.Count; i++)
            Expect.Same(questions[i].AskOf(filter), questions[i].AskOf(loaded),
                $"question {i} of a filter that was saved and loaded after {questions.Count / 2}");
    }

    private void AnyCountIsTaken()
    {
        using var filter = create();
        foreach (var id in AdmissionQuestion.Ids)
        {
            for (var i = 0; i < 4; i++)
            {
                new AdmissionQuestion(id, int.MaxValue, DateTimeOffset.FromUnixTimeSeconds(uint.MaxValue), long.MaxValue).AskOf(filter);
                new AdmissionQuestion(id, 1, DateTimeOffset.UnixEpoch, 0).AskOf(filter);
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
