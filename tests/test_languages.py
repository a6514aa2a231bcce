"""Lists in seven languages: the script of a list is no defect, and planted ones are found in every script.

Each language has two made-up lists: one of tools and talks with a dash before each description, and one of papers,
books and whatever else the language writes in its own way (marks, numerals, dates, names, right-to-left marks).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from listlint.config.schema import Overrides
from listlint.model.nodes import EntryKind
from listlint.session import Request, Session
from listlint.testing import parse

LISTS: dict[str, tuple[str, str]] = {
    "Chinese": (
        """\
# 风筝资料精选 [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)

> 关于风筝、线绳与风的资料，由爱好者整理。

## 目录

- [入门教程](#入门教程)
- [论文与报告（2020 年以后）](#论文与报告2020-年以后)
- [工具、软件与数据集](#工具软件与数据集)
- [常见问题：风从哪里来？](#常见问题风从哪里来)

## 入门教程

- [风筝一百问](https://a.dev/zh/1) - 用问答的方式讲解基础知识，适合初学者。
- [纸、竹、线——风筝的材料](https://a.dev/zh/2) - 介绍常用材料……以及如何挑选。
- [《放飞》](https://b.dev/zh/3) - “放飞”一词的来历，附有插图（共 32 幅）。
- [如何读懂风向图？](https://b.dev/zh/4) - 三步学会看风向！
- [Kite 手册](https://c.dev/zh/5) - 英文手册的中文译本，含术语表。
- [风力等级表](https://c.dev/zh/6) - 从 0 级到 12 级，逐级说明。

## 论文与报告（2020 年以后）

- [基于风洞的风筝稳定性研究](https://d.dev/zh/1) - 李明、王芳等，2021 年 3 月。
- [线绳张力的测量方法](https://d.dev/zh/2) - 陈静，2022 年 11 月。
- [城市上空的风：一份报告](https://d.dev/zh/3) - 张伟等人，2023 年 5 月。
- [尾翼长度与姿态](https://d.dev/zh/4) - 刘洋、赵磊，2020 年 12 月。

## 工具、软件与数据集

- [纸样生成器](https://e.dev/zh/1) - 输入尺寸，即可导出纸样（支持 PDF、SVG）。
- [风速记录仪](https://e.dev/zh/2) - 开源固件，每秒采样 10 次。
- [风场数据集](https://e.dev/zh/3) - 共 1,024 个样本；下载前请先阅读说明。
- [线长计算器](https://e.dev/zh/4) - 根据高度与角度计算线长。

## 常见问题：风从哪里来？

- [风的成因](https://f.dev/zh/1) - 气压差是主要原因。
- [海陆风](https://f.dev/zh/2) - 白天与夜晚的方向相反。

## 许可

[CC0](https://creativecommons.org/publicdomain/zero/1.0/)
""",
        """\
# 风筝论文清单

简体中文 | [English](README.en.md) | [日本語](README.ja.md)

## 目录

* [一、综述](#一综述)
* [二、方法](#二方法)
  * [（一）风洞实验](#一风洞实验)
  * [（二）数值模拟 & 仿真](#二数值模拟--仿真)
* [三、书籍《风》与《云》](#三书籍风与云)
* [🪁 更多资源](#-更多资源)

## 一、综述

1. **风筝研究综述**，李明、王芳，《空气动力学报》，2021年3月。[[论文]](https://a.dev/1) [[代码]](https://b.dev/1)
2. **线绳力学综述**，陈静，《力学学报》，2022年11月。[[论文]](https://a.dev/2) [[代码]](https://b.dev/2)
3. **城市风环境综述**，张伟等，《环境学报》，2023年5月。[[论文]](https://a.dev/3) [[代码]](https://b.dev/3)

## 二、方法

### （一）风洞实验

* [风洞入门](https://c.dev/1)：讲解风洞的原理，配有视频。
* [测压方法](https://c.dev/2)：分为“直接法”与“间接法”两类；详见附录。
* [PIV 技术](https://c.dev/3)：用粒子图像测速（PIV）观察流场。
* [天平](https://c.dev/4)：六分量天平的使用说明……含校准。
* [烟线法](https://c.dev/5)：简单、便宜、直观！
* [油流法](https://c.dev/6)：为什么要用油？看完就懂。
* [数据处理](https://c.dev/7)：从采样到误差分析——一步一步来。
* [安全须知](https://c.dev/8)：进入实验室之前必读。
* [常用公式](https://c.dev/9)：共 12 条（含推导）。
* [练习题](https://c.dev/10)：难度由浅入深，附答案。

### （二）数值模拟 & 仿真

| 名称 | 作者 | 年份 | 链接 |
| --- | --- | --- | --- |
| 有限元法 | 李明、王芳 | 2021 | [论文](https://d.dev/1) |
| 涡方法 | 陈静 | 2022 | [论文](https://d.dev/2)、[代码](https://d.dev/22) |
| 格子玻尔兹曼 | 张伟等 | 2023 | [论文](https://d.dev/3) |

## 三、书籍《风》与《云》

* 《风》（第 2 版）：<https://e.dev/1>
* 《云》（上、下册）：<https://e.dev/2>
* 《雨》——[试读](https://e.dev/3)
* 《雪》【绝版】——[目录](https://e.dev/4)

## 🪁 更多资源

* [风筝博物馆](https://f.dev/1)（山东·潍坊）
* [放风筝的好去处](https://f.dev/2) ★★★
* [微信公众号“风筝说”](https://f.dev/3)
* [哔哩哔哩：风筝 UP 主](https://f.dev/4)，每周更新。
""",
    ),
    "Japanese": (
        """\
# 凧の資料集 [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)

> 凧と糸と風についての資料をまとめています。

## 目次

- [はじめに読むもの](#はじめに読むもの)
- [論文・報告（2020年以降）](#論文報告2020年以降)
- [ツールとデータ](#ツールとデータ)
- [「よくある質問」](#よくある質問)

## はじめに読むもの

- [凧あげ入門](https://a.dev/ja/1) - 基礎からていねいに説明する入門書です。
- [竹ひごの選び方〜初級編〜](https://a.dev/ja/2) - 太さ・長さ・しなりの見分け方を紹介します。
- [『風をよむ』](https://b.dev/ja/3) - 「風」という言葉の歴史（図版32点）。
- [ゲイラカイトって何？](https://b.dev/ja/4) - 三角形の凧のしくみを３分で解説！
- [Kite Handbook 日本語版](https://c.dev/ja/5) - 英語版の翻訳で、用語集が付いています。
- [風力階級のまとめ](https://c.dev/ja/6) - ０から12までを写真で示します。

## 論文・報告（2020年以降）

- [風洞による凧の安定性の研究](https://d.dev/ja/1) - 山田太郎、佐藤花子ほか（2021年3月）。
- [糸の張力の測り方](https://d.dev/ja/2) - 鈴木一郎（2022年11月）。
- [都市の風：ある報告](https://d.dev/ja/3) - 高橋ら（2023年5月）。
- [尾の長さと姿勢](https://d.dev/ja/4) - 田中・伊藤（2020年12月）。

## ツールとデータ

- [型紙メーカー](https://e.dev/ja/1) - 寸法を入れると型紙を書き出します（PDF・SVG対応）。
- [風速ロガー](https://e.dev/ja/2) - オープンソースのファームウェアで、毎秒10回記録します。
- [風のデータセット](https://e.dev/ja/3) - 1,024件の標本があります。
- [糸の長さ計算機](https://e.dev/ja/4) - 高さと角度から糸の長さを求めます。

## 「よくある質問」

- [風はなぜ吹くのか](https://f.dev/ja/1) - 気圧の差がおもな原因です。
- [海風と陸風](https://f.dev/ja/2) - 昼と夜とで向きが変わります。

## ライセンス

[CC0](https://creativecommons.org/publicdomain/zero/1.0/)
""",
        """\
# 凧リスト

[English](README.en.md)・日本語

## 目次

- [１．概説](#１概説)
- [２．実験（風洞）](#２実験風洞)
- [３．本『風』ほか](#３本風ほか)
- [リンク集：その他](#リンク集その他)

## １．概説

- 山田太郎，佐藤花子，「凧の安定性」，日本凧学会誌，2021年． [[論文]](https://a.dev/1) [[コード]](https://b.dev/1)
- 鈴木一郎ほか，「糸の張力」，日本凧学会誌，2022年． [[論文]](https://a.dev/2) [[コード]](https://b.dev/2)
- 高橋二郎，「都市の風」，日本凧学会誌，2023年． [[論文]](https://a.dev/3) [[コード]](https://b.dev/3)

## ２．実験（風洞）

- [風洞入門](https://c.dev/1)：風洞のしくみを動画で学べます。
- [圧力の測定](https://c.dev/2)：「直接法」と「間接法」の二つがあります。
- [PIVのすすめ](https://c.dev/3)：粒子の画像から流れを見ます（初級）。
- [天びん](https://c.dev/4)：６分力天びんの使い方……と校正。
- [煙で見る](https://c.dev/5)：かんたん・安い・わかりやすい！
- [油で見る](https://c.dev/6)：なぜ油を使うのか？
- [データの整理](https://c.dev/7)：標本化から誤差まで、一歩ずつ。
- [安全のために](https://c.dev/8)：実験室に入る前に、まず、読んでください。
- [公式集](https://c.dev/9)：全12件（導出つき）。
- [ちょっと一言](https://c.dev/10)：いろいろな人のひとことを集めました。

## ３．本『風』ほか

- 『風』（第２版）：[目次](https://e.dev/1)
- 『雲』上・下：[目次](https://e.dev/2)
- 『雨』―[試し読み](https://e.dev/3)

## リンク集：その他

- [凧の博物館](https://f.dev/1)（東京・日本橋）
- [凧あげの名所](https://f.dev/2)★★★
- [X（旧Twitter）の凧部](https://f.dev/3)
- [ＪＩＳ規格の一覧](https://f.dev/4)
""",
    ),
    "Korean": (
        """\
# 연 자료 모음 [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)

> 연과 실과 바람에 관한 자료를 모았습니다.

## 목차

- [처음 읽을 것](#처음-읽을-것)
- [논문과 보고서 (2020년 이후)](#논문과-보고서-2020년-이후)
- [도구 · 데이터](#도구--데이터)
- ["바람은 어디서 올까요?"](#바람은-어디서-올까요)

## 처음 읽을 것

- [연날리기 첫걸음](https://a.dev/ko/1) - 기초부터 차근차근 설명하는 입문서입니다.
- [대나무 살 고르기](https://a.dev/ko/2) - 굵기와 길이, 탄력을 살피는 법을 소개합니다.
- [〈바람을 읽다〉](https://b.dev/ko/3) - '바람'이라는 말의 역사와 그림 32점.
- [가오리연이란?](https://b.dev/ko/4) - 가오리연의 구조를 3분 만에 알아봅시다!
- [Kite Handbook 한국어판](https://c.dev/ko/5) - 영어판을 옮긴 책으로 용어집이 있습니다.
- [바람 세기 표](https://c.dev/ko/6) - 0부터 12까지 사진으로 보여 줍니다.

## 논문과 보고서 (2020년 이후)

- [풍동을 이용한 연의 안정성 연구](https://d.dev/ko/1) - 김민수, 이영희 외, 2021년 3월.
- [실의 장력을 재는 방법](https://d.dev/ko/2) - 박지훈, 2022년 11월.
- [도시의 바람: 어느 보고서](https://d.dev/ko/3) - 최은지 등, 2023년 5월.
- [꼬리의 길이와 자세](https://d.dev/ko/4) - 정우성, 한소라, 2020년 12월.

## 도구 · 데이터

- [본 그리기](https://e.dev/ko/1) - 치수를 넣으면 본을 내보냅니다(PDF와 SVG 지원).
- [풍속 기록기](https://e.dev/ko/2) - 1초에 10번 기록하는 공개 펌웨어입니다.
- [바람 데이터 모음](https://e.dev/ko/3) - 표본이 1,024개 있습니다.
- [실 길이 계산기](https://e.dev/ko/4) - 높이와 각도로 실의 길이를 구합니다.

## "바람은 어디서 올까요?"

- [바람이 부는 까닭](https://f.dev/ko/1) - 기압의 차이가 주된 원인입니다.
- [해풍과 육풍](https://f.dev/ko/2) - 낮과 밤의 방향이 다릅니다.

## 라이선스

[CC0](https://creativecommons.org/publicdomain/zero/1.0/)
""",
        """\
# 연 목록

## 차례

1. [개요](#1-개요)
2. [실험(풍동)](#2-실험풍동)
3. [책 『바람』 외](#3-책-바람-외)

## 1. 개요

- **연의 안정성**, 김민수, 이영희, 『한국연학회지』, 2021년. [[논문]](https://a.dev/1) [[코드]](https://b.dev/1)
- **실의 장력**, 박지훈 외, 『한국연학회지』, 2022년. [[논문]](https://a.dev/2) [[코드]](https://b.dev/2)
- **도시의 바람**, 최은지, 『한국연학회지』, 2023년. [[논문]](https://a.dev/3) [[코드]](https://b.dev/3)

## 2. 실험(풍동)

- [풍동 입문](https://c.dev/1) : 풍동의 원리를 영상으로 배웁니다.
- [압력 재기](https://c.dev/2) : '직접법'과 '간접법'이 있습니다.
- [PIV 알아보기](https://c.dev/3) : 입자 영상으로 흐름을 봅니다(초급).
- [저울](https://c.dev/4) : 6분력 저울을 쓰는 법… 그리고 교정.
- [연기로 보기](https://c.dev/5) : 쉽고, 싸고, 한눈에 들어옵니다!
- [기름으로 보기](https://c.dev/6) : 왜 기름일까요?
- [자료 정리](https://c.dev/7) : 표본에서 오차까지 한 걸음 한 걸음 나아갑니다.
- [안전 수칙](https://c.dev/8) : 실험실에 들어가기 전에 꼭 읽으세요.
- [공식 모음](https://c.dev/9) : 모두 12개(유도 포함).
- [연습 문제](https://c.dev/10) : 쉬운 것부터 어려운 것까지, 답도 있습니다.

## 3. 책 『바람』 외

- 『바람』(제2판): <https://e.dev/1>
- 『구름』 상·하: <https://e.dev/2>
- [연 박물관](https://f.dev/1)(대구)
- [연날리기 좋은 곳](https://f.dev/2) ★★★
- [유튜브 '연이네'](https://f.dev/3)의 영상들
""",
    ),
    "Russian": (
        """\
# Всё о воздушных змеях [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)

> Материалы о змеях, верёвках и ветре.

## Содержание

- [С чего начать](#с-чего-начать)
- [Статьи и отчёты (с 2020 г.)](#статьи-и-отчёты-с-2020-г)
- [Инструменты и данные](#инструменты-и-данные)
- [Вопросы: откуда ветер?](#вопросы-откуда-ветер)

## С чего начать

- [Змей за один день](https://a.dev/ru/1) — Пошаговое руководство для начинающих.
- [Бумага, бамбук, нить](https://a.dev/ru/2) — О материалах: бумаге, ткани и т. д.
- [«Поймать ветер»](https://b.dev/ru/3) — История слова «ветер» с рисунками (32 шт.).
- [Как читать карту ветров?](https://b.dev/ru/4) — Три шага, и вы всё поймёте!
- [Kite Handbook по-русски](https://c.dev/ru/5) — Перевод английской книги со словарём терминов.
- [Шкала ветра](https://c.dev/ru/6) — От 0 до 12 баллов, т. е. от штиля до урагана.

## Статьи и отчёты (с 2020 г.)

- [Устойчивость змея в трубе](https://d.dev/ru/1) — И. И. Иванов, П. С. Петров и др., март 2021 г.
- [Измерение натяжения нити](https://d.dev/ru/2) — А. Б. Сидорова, 11 ноября 2022 г.
- [Ветер в городе: отчёт](https://d.dev/ru/3) — Коллектив авторов, май 2023 г.
- [Длина хвоста и положение змея](https://d.dev/ru/4) — В. Г. Орлов, декабрь 2020 г.

## Инструменты и данные

- [Генератор выкроек](https://e.dev/ru/1) — По размерам строит выкройку (PDF, SVG).
- [Регистратор скорости](https://e.dev/ru/2) — Открытая прошивка, 10 замеров в секунду.
- [Набор данных о ветре](https://e.dev/ru/3) — Всего 1 024 измерения.
- [Калькулятор нити](https://e.dev/ru/4) — Считает длину нити по высоте и углу.

## Вопросы: откуда ветер?

- [Почему дует ветер](https://f.dev/ru/1) — Главная причина — разность давлений.
- [Бриз](https://f.dev/ru/2) — Днём и ночью он дует по-разному.

## Лицензия

[CC0](https://creativecommons.org/publicdomain/zero/1.0/)
""",
        """\
# Змеи: список чтения

[English](README.en.md) · Русский

## Оглавление

- [1. Обзоры](#1-обзоры)
- [2. Опыты (аэродинамическая труба)](#2-опыты-аэродинамическая-труба)
- [3. Книги: «Ветер» и другие](#3-книги-ветер-и-другие)

## 1. Обзоры

1. **Устойчивость змея**, И. И. Иванов, П. С. Петров, «Вестник ветра», 2021. [[статья]](https://a.dev/1) [[код]](https://b.dev/1)
2. **Натяжение нити**, А. Б. Сидорова и др., «Вестник ветра», 2022. [[статья]](https://a.dev/2) [[код]](https://b.dev/2)
3. **Ветер в городе**, В. Г. Орлов, «Вестник ветра», 2023. [[статья]](https://a.dev/3) [[код]](https://b.dev/3)

## 2. Опыты (аэродинамическая труба)

- [Труба для начинающих](https://c.dev/1) – как она устроена, с видео.
- [Давление](https://c.dev/2) – «прямой» и «косвенный» способы; см. приложение.
- [Метод PIV](https://c.dev/3) – поле скоростей по снимкам частиц (PIV).
- [Весы](https://c.dev/4) – шестикомпонентные весы… и их калибровка.
- [Дым](https://c.dev/5) – просто, дёшево, наглядно!
- [Масло](https://c.dev/6) – зачем нужно масло?
- [Обработка данных](https://c.dev/7) – от замеров до погрешностей, шаг за шагом.
- [Техника безопасности](https://c.dev/8) – что и как можно делать, а что нельзя.
- [Формулы](https://c.dev/9) – всего 12 шт. (с выводом).
- [Задачи](https://c.dev/10) – от простых к сложным, с ответами.

## 3. Книги: «Ветер» и другие

- «Ветер» (2-е изд.): <https://e.dev/1>
- «Облака», ч. 1–2: <https://e.dev/2>
- [Музей змеев](https://f.dev/1) (г. Казань)
- [Где запускать змея](https://f.dev/2) ★★★
- [Канал «Про ветер»](https://f.dev/3), новое каждую неделю
""",
    ),
    "Arabic": (
        """\
# مصادر الطائرات الورقية [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)

> مصادر عن الطائرات الورقية والخيوط والرياح.

## المحتويات

- [من أين أبدأ؟](#من-أين-أبدأ)
- [أبحاث وتقارير (منذ ٢٠٢٠)](#أبحاث-وتقارير-منذ-٢٠٢٠)
- [أدوات وبيانات](#أدوات-وبيانات)

## من أين أبدأ؟

- [الطائرة الورقية في يوم واحد](https://a.dev/ar/1) - دليل مفصل للمبتدئين، خطوة بخطوة.
- [الورق والخيزران والخيط](https://a.dev/ar/2) - عن المواد: الورق، والقماش، وغيرهما.
- [«اصطياد الريح»](https://b.dev/ar/3) - تاريخ كلمة «ريح» مع رسوم (٣٢ رسماً).
- [كيف تُقرأ خريطة الرياح؟](https://b.dev/ar/4) - هل تعرف اتجاه الريح؟
- [كتاب Kite Handbook](https://c.dev/ar/5) - ترجمة عربية للكتاب الإنجليزي؛ وفيه معجم.
- [مقياس الرياح](https://c.dev/ar/6) - من ٠ إلى ١٢ درجةً\u200f.

## أبحاث وتقارير (منذ ٢٠٢٠)

- [استقرار الطائرة في النفق الهوائي](https://d.dev/ar/1) - أحمد علي وآخرون، مارس ٢٠٢١.
- [قياس شد الخيط](https://d.dev/ar/2) - سارة حسن، نوفمبر ٢٠٢٢.
- [الريح في المدينة](https://d.dev/ar/3) - محمد يوسف وآخرون، مايو ٢٠٢٣.
- [طول الذيل ووضعية الطيران](https://d.dev/ar/4) - ليلى كريم، ديسمبر ٢٠٢٠.

## أدوات وبيانات

- [مولّد القوالب](https://e.dev/ar/1) - يرسم القالب من الأبعاد (PDF وSVG).
- [مسجّل السرعة](https://e.dev/ar/2) - برنامج مفتوح يقيس ١٠ مرات في الثانية.
- [بيانات الرياح](https://e.dev/ar/3) - تضم ١٬٠٢٤ قياساً.
- [حاسبة الخيط](https://e.dev/ar/4) - تحسب طول الخيط من الارتفاع والزاوية.

## الرخصة

[CC0](https://creativecommons.org/publicdomain/zero/1.0/)
""",
        """\
<div dir="rtl" markdown="1">

# قائمة الطائرات الورقية

## الفهرس

* [أولاً: مراجعات](#أولاً-مراجعات)
* [ثانياً: تجارب (النفق الهوائي)](#ثانياً-تجارب-النفق-الهوائي)
* [ثالثاً: كتب](#ثالثاً-كتب)

## أولاً: مراجعات

* [استقرار الطائرة الورقية](https://a.dev/1) - أحمد علي، سارة حسن (PDF)
* [شد الخيط](https://a.dev/2) - محمد يوسف وآخرون (PDF)
* [ريح المدينة\u200f](https://a.dev/3) - ليلى كريم (PDF)

## ثانياً: تجارب (النفق الهوائي)

* [مدخل إلى النفق](https://c.dev/1): شرح مبسّط مع مقاطع مرئية.
* [قياس الضغط](https://c.dev/2): طريقتان: «مباشرة» و«غير مباشرة»؛ انظر الملحق.
* [تقنية PIV](https://c.dev/3): رؤية الجريان من صور الجسيمات (PIV).
* [الميزان](https://c.dev/4): استعمال الميزان… ومعايرته.
* [الدخان](https://c.dev/5): سهل، ورخيص، وواضح!
* [الزيت](https://c.dev/6): لماذا الزيت؟
* [معالجة البيانات](https://c.dev/7): من القياس إلى الخطأ، خطوةً خطوة.
* [السلامة](https://c.dev/8): اقرأها قبل دخول المختبر.
* [المعادلات](https://c.dev/9): ١٢ معادلة (مع البرهان).
* [التمارين](https://c.dev/10): من السهل إلى الصعب، مع الأجوبة.

## ثالثاً: كتب

* [الريـــــح](https://e.dev/1) (الطبعة الثانية)
* [كتاب C++\u200e للطائرات](https://e.dev/2) - ترجمة.
* [متحف الطائرات الورقية](https://f.dev/1) – الرياض

</div>
""",
    ),
    "Persian": (
        """\
# منابع بادبادک [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)

> منابعی دربارهٔ بادبادک\u200cها، نخ و باد.

## فهرست

- [از کجا شروع کنیم؟](#از-کجا-شروع-کنیم)
- [مقاله\u200cها و گزارش\u200cها](#مقالهها-و-گزارشها)
- [ابزارها و داده\u200cها](#ابزارها-و-دادهها)

## از کجا شروع کنیم؟

- [بادبادک در یک روز](https://a.dev/fa/1) - راهنمای گام\u200cبه\u200cگام برای تازه\u200cکارها.
- [کاغذ، نی و نخ](https://a.dev/fa/2) - دربارهٔ مواد: کاغذ، پارچه و چیزهای دیگر.
- [«شکار باد»](https://b.dev/fa/3) - تاریخ واژهٔ «باد» با نقاشی\u200cها (۳۲ نقاشی).
- [نقشهٔ باد را چگونه می\u200cخوانند؟](https://b.dev/fa/4) - آیا جهت باد را می\u200cشناسید؟
- [کتاب Kite Handbook](https://c.dev/fa/5) - ترجمهٔ فارسی کتاب انگلیسی؛ واژه\u200cنامه هم دارد.
- [مقیاس باد](https://c.dev/fa/6) - از ۰ تا ۱۲ درجه.

## مقاله\u200cها و گزارش\u200cها

- [پایداری بادبادک در تونل باد](https://d.dev/fa/1) - علی رضایی و همکاران، فروردین ۱۴۰۰.
- [اندازه\u200cگیری کشش نخ](https://d.dev/fa/2) - مریم احمدی، آبان ۱۴۰۱.
- [باد در شهر](https://d.dev/fa/3) - حسین کریمی و دیگران، اردیبهشت ۱۴۰۲.
- [طول دنباله و وضعیت پرواز](https://d.dev/fa/4) - زهرا موسوی، آذر ۱۳۹۹.

## ابزارها و داده\u200cها

- [الگوساز](https://e.dev/fa/1) - از روی اندازه\u200cها الگو می\u200cکشد (PDF و SVG).
- [ثبت\u200cکنندهٔ سرعت](https://e.dev/fa/2) - نرم\u200cافزار آزاد که ۱۰ بار در ثانیه می\u200cسنجد.
- [داده\u200cهای باد](https://e.dev/fa/3) - شامل ۱٬۰۲۴ اندازه\u200cگیری است.
- [ماشین\u200cحساب نخ](https://e.dev/fa/4) - طول نخ را از ارتفاع و زاویه حساب می\u200cکند.

## مجوز

[CC0](https://creativecommons.org/publicdomain/zero/1.0/)
""",
        """\
# فهرست بادبادک

## سرفصل\u200cها

* [۱. مرورها](#۱-مرورها)
* [۲. آزمایش\u200cها (تونل باد)](#۲-آزمایشها-تونل-باد)
* [۳. کتاب\u200cها](#۳-کتابها)

## ۱. مرورها

* **پایداری بادبادک**، علی رضایی، مریم احمدی، ۱۴۰۰. [[مقاله]](https://a.dev/1) [[کد]](https://b.dev/1)
* **کشش نخ**، حسین کریمی و همکاران، ۱۴۰۱. [[مقاله]](https://a.dev/2) [[کد]](https://b.dev/2)
* **باد شهر**، زهرا موسوی، ۱۴۰۲. [[مقاله]](https://a.dev/3) [[کد]](https://b.dev/3)

## ۲. آزمایش\u200cها (تونل باد)

* [آشنایی با تونل](https://c.dev/1): کارکرد تونل باد همراه با ویدئو.
* [اندازه\u200cگیری فشار](https://c.dev/2): دو روش «مستقیم» و «غیرمستقیم»؛ پیوست را ببینید.
* [روش PIV](https://c.dev/3): دیدن جریان از عکس ذره\u200cها (PIV).
* [ترازو](https://c.dev/4): کار با ترازو… و واسنجی آن.
* [دود](https://c.dev/5): ساده، ارزان و گویا!
* [روغن](https://c.dev/6): چرا روغن؟
* [پردازش داده](https://c.dev/7): از نمونه تا خطا، گام به گام.
* [ایمنی](https://c.dev/8): پیش از رفتن به آزمایشگاه بخوانید.
* [فرمول\u200cها](https://c.dev/9): روی هم ۱۲ تا (با اثبات).
* [تمرین\u200cها](https://c.dev/10): از آسان به سخت، با پاسخ.

## ۳. کتاب\u200cها

* [بـــاد](https://e.dev/1) (چاپ دوم)
* [موزهٔ بادبادک](https://f.dev/1) (تهران)
* [جای خوب برای بادبادک\u200cبازی](https://f.dev/2) ★★★
""",
    ),
    "Spanish": (
        """\
# Todo sobre las cometas [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)

> Recursos sobre cometas, hilos y viento.

## Índice

- [¿Por dónde empezar?](#por-dónde-empezar)
- [Artículos e informes (desde 2020)](#artículos-e-informes-desde-2020)
- [Herramientas y datos](#herramientas-y-datos)
- [¡Más viento!](#más-viento)

## ¿Por dónde empezar?

- [Una cometa en un día](https://a.dev/es/1) - Guía paso a paso para principiantes.
- [Papel, bambú e hilo](https://a.dev/es/2) - Sobre los materiales: papel, tela, etc.
- [«Cazar el viento»](https://b.dev/es/3) - Historia de la palabra «viento» con 32 dibujos.
- [¿Cómo se lee un mapa de vientos?](https://b.dev/es/4) - ¿Sabes de dónde sopla?
- [Kite Handbook en español](https://c.dev/es/5) - Traducción del libro inglés; incluye un glosario.
- [Escala de vientos](https://c.dev/es/6) - De 0 a 12 grados, ¡con fotos!

## Artículos e informes (desde 2020)

- [Estabilidad de una cometa en el túnel](https://d.dev/es/1) - Ana García, José Núñez et al., marzo de 2021.
- [Cómo medir la tensión del hilo](https://d.dev/es/2) - Luis Peña, noviembre de 2022.
- [El viento en la ciudad: un informe](https://d.dev/es/3) - Marta Ibáñez y otros, mayo de 2023.
- [Longitud de la cola y posición](https://d.dev/es/4) - Íñigo Ruiz y Elena Gómez, diciembre de 2020.

## Herramientas y datos

- [Generador de patrones](https://e.dev/es/1) - Dibuja el patrón a partir de las medidas (PDF y SVG).
- [Registrador de velocidad](https://e.dev/es/2) - Programa libre que mide 10 veces por segundo.
- [Datos del viento](https://e.dev/es/3) - Contiene 1.024 mediciones.
- [Calculadora de hilo](https://e.dev/es/4) - Calcula la longitud según la altura y el ángulo.

## ¡Más viento!

- [¿Por qué sopla el viento?](https://f.dev/es/1) - La causa principal es la diferencia de presión.
- [La brisa](https://f.dev/es/2) - De día y de noche cambia de dirección.

## Licencia

[CC0](https://creativecommons.org/publicdomain/zero/1.0/)
""",
        """\
# Lista de lecturas sobre cometas

Español | [English](README.en.md)

## Tabla de contenidos

- [1. ¿Qué leer primero?](#1-qué-leer-primero)
- [2. Experimentos (túnel de viento)](#2-experimentos-túnel-de-viento)
- [3. Libros: «Viento» y otros](#3-libros-viento-y-otros)

## 1. ¿Qué leer primero?

1. **Estabilidad de la cometa**, Ana García y José Núñez, *Revista del Viento*, 2021. [[artículo]](https://a.dev/1) [[código]](https://b.dev/1)
2. **La tensión del hilo**, Luis Peña et al., *Revista del Viento*, 2022. [[artículo]](https://a.dev/2) [[código]](https://b.dev/2)
3. **El viento en la ciudad**, Marta Ibáñez, *Revista del Viento*, 2023. [[artículo]](https://a.dev/3) [[código]](https://b.dev/3)

## 2. Experimentos (túnel de viento)

- [El túnel para principiantes](https://c.dev/1): cómo funciona, con vídeos.
- [La presión](https://c.dev/2): métodos «directo» e «indirecto»; véase el apéndice.
- [El método PIV](https://c.dev/3): el flujo a partir de fotos de partículas (PIV).
- [La balanza](https://c.dev/4): uso de la balanza… y su calibración.
- [Humo](https://c.dev/5): ¡fácil, barato y claro!
- [Aceite](https://c.dev/6): ¿por qué aceite?
- [Tratamiento de datos](https://c.dev/7): del muestreo al error, paso a paso.
- [Seguridad](https://c.dev/8): qué se puede hacer y qué no.
- [Fórmulas](https://c.dev/9): 12 en total (con demostración).
- [Ejercicios](https://c.dev/10): de fáciles a difíciles, con respuestas, etc.

## 3. Libros: «Viento» y otros

- «Viento» (2.ª ed.): <https://e.dev/1>
- «Nubes», tomos I y II: <https://e.dev/2>
- [Museo de la cometa](https://f.dev/1) (Málaga)
- [Dónde volar cometas](https://f.dev/2) ★★★
""",
    ),
}
ENTRIES: dict[str, tuple[int, int]] = {
    "Chinese": (16, 24),
    "Japanese": (16, 20),
    "Korean": (16, 18),
    "Russian": (16, 18),
    "Arabic": (14, 16),
    "Persian": (14, 16),
    "Spanish": (16, 17),
}
"""Entries of the two lists of each language."""
BOTH = [(language, number) for language in LISTS for number in (0, 1)]


def findings(text: str, folder: Path) -> list[tuple[str, int]]:
    """The code and line of everything that any rule finds."""
    path = folder / "README.md"
    path.write_text(text, encoding="utf-8")
    result = Session(Request((str(path),), Overrides(preset="all"), isolated=True)).check()
    return [(one.code, one.source.position(one.span.start).line) for one in result.diagnostics]


@pytest.mark.parametrize(("language", "number"), BOTH)
def test_no_finding_comes_from_the_script(language: str, number: int, tmp_path: Path) -> None:
    assert findings(LISTS[language][number], tmp_path) == []


@pytest.mark.parametrize(("language", "number"), BOTH)
def test_the_list_is_understood(language: str, number: int) -> None:
    document = parse(LISTS[language][number])
    assert len(document.entries) == ENTRIES[language][number]
    (toc,) = document.toc
    assert {item.link.target[1:] for item in toc.items} <= document.anchors
    assert all(entry.title is not None and entry.primary is not None for entry in document.entries)


@pytest.mark.parametrize("language", LISTS)
def test_descriptions_and_separators_are_read(language: str) -> None:
    document = parse(LISTS[language][0])
    entries = [entry for entry in document.entries if entry.kind is EntryKind.BULLET]
    marks = {entry.separator.text for entry in entries if entry.separator is not None}
    assert marks == {" — " if language == "Russian" else " - "}
    assert all(entry.description is not None for entry in entries)


PLANTED = [
    ("Chinese", 0, "#入门教程)", "#入门教成)", "STR007"),
    ("Chinese", 0, "术语表。\n", "术语表\n", "ENT005"),
    ("Chinese", 0, "https://c.dev/zh/6", "https://c.dev/zh/5", "DUP001"),
    ("Chinese", 0, "逐级说明。", "逐级说明。。", "ENT014"),
    ("Chinese", 0, "- [风筝一百问](https://a.dev/zh/1) - ", "- [风筝一百问](https://a.dev/zh/1) – ", "ENT002"),
    ("Chinese", 0, "[海陆风]", "[海陆\u200b风]", "ENC006"),
    ("Chinese", 1, "讲解风洞的原理，配", "讲解风洞的原理，，配", "ENT014"),
    ("Chinese", 1, "（一）风洞实验](#一风洞实验)", "（一）风洞实验](#一-风洞实验)", "STR007"),
    ("Chinese", 1, "[测压方法](https://c.dev/2)：", "[测压方法](https://c.dev/2): ", "ENT002"),
    ("Japanese", 0, "#ツールとデータ)", "#ツールとデーター)", "STR007"),
    ("Japanese", 0, "求めます。", "求めます", "ENT005"),
    ("Japanese", 0, "https://e.dev/ja/2", "https://e.dev/ja/1", "DUP001"),
    ("Japanese", 0, "紹介します。", "紹介します。。", "ENT014"),
    ("Japanese", 0, "https://d.dev/ja/4", "htp://d.dev/ja/4", "URL001"),
    ("Japanese", 0, "[風力階級のまとめ]", "[風力階級のまとめ ]", "ENT008"),
    ("Japanese", 0, "が", "か\u3099", "ENC011"),
    ("Korean", 0, "#도구--데이터", "#도구-데이터", "STR007"),
    ("Korean", 0, "소개합니다.\n", "소개합니다\n", "ENT005"),
    ("Korean", 0, "https://f.dev/ko/2", "https://f.dev/ko/1", "DUP001"),
    ("Korean", 0, "[해풍과", "[\u1112\u1162풍과", "ENC011"),
    ("Russian", 0, "#с-чего-начать", "#с-чего-начат", "STR007"),
    ("Russian", 0, "[Бриз]", "[Бpиз]", "ENC010"),
    ("Russian", 0, "[Калькулятор", "[Калькулятори\u0306", "ENC011"),
    ("Russian", 0, " — Перевод", " - Перевод", "ENT002"),
    ("Russian", 0, "https://e.dev/ru/3", "https://e.dev/ru/2", "DUP001"),
    ("Arabic", 0, "#أدوات-وبيانات", "#ادوات-وبيانات", "STR007"),
    ("Arabic", 0, "بخطوة.\n", "بخطوة\n", "ENT005"),
    ("Arabic", 0, "https://e.dev/ar/4", "https://e.dev/ar/3", "DUP001"),
    ("Arabic", 0, "[مقياس الرياح]", "[مقياس \u202eالرياح]", "ENC005"),
    ("Arabic", 0, "[مسجّل السرعة](https://e.dev/ar/2) - ", "[مسجّل السرعة](https://e.dev/ar/2): ", "ENT002"),
    ("Persian", 0, "#از-کجا-شروع-کنیم", "#از-کجا-شروع-کنم", "STR007"),
    ("Persian", 0, "شروع-کنیم", "شروع\u200cکنیم", "STR007"),
    ("Persian", 0, "می\u200cکند.", "می\u200cکند", "ENT005"),
    ("Persian", 0, "https://e.dev/fa/4", "https://e.dev/fa/3", "DUP001"),
    ("Persian", 0, "[مقیاس باد]", "[مقیاس باد\u200b]", "ENC006"),
    ("Persian", 0, "(۳۲ نقاشی)", "(۳۲ نقاشی", "AWE010"),
    ("Spanish", 0, "#herramientas-y-datos", "#herramientas-y-dato", "STR007"),
    ("Spanish", 0, "32 dibujos.", "32 dibujos", "ENT005"),
    ("Spanish", 0, "https://e.dev/es/4", "https://e.dev/es/3", "DUP001"),
    ("Spanish", 0, "Núñez", "NÃºÃ±ez", "ENC001"),
    ("Spanish", 0, "ángulo", "a\u0301ngulo", "ENC011"),
    ("Spanish", 0, "[La brisa]", "[La brisa ]", "ENT008"),
    ("Spanish", 0, " - De día", " – De día", "ENT002"),
]


@pytest.mark.parametrize(("language", "number", "old", "new", "code"), PLANTED)
def test_what_is_planted_is_found(  # one of each kind in every script
    language: str, number: int, old: str, new: str, code: str, tmp_path: Path
) -> None:
    text = LISTS[language][number]
    assert text.count(old) >= 1
    line = text[: text.index(old)].count("\n") + 1
    assert findings(text.replace(old, new, 1), tmp_path) == [(code, line)]
